/** The admins' commands about models, experiments and providers, as they type them. */
import { microsOf } from '../domain/budget';
import type { Variant } from '../domain/experiment';

export type ModelsCommand =
  | { readonly act: 'on' | 'off'; readonly slug: string; readonly reason: string }
  | {
      readonly act: 'price';
      readonly slug: string;
      readonly tokens: bigint;
      readonly reason: string;
    }
  | {
      readonly act: 'add';
      readonly slug: string;
      /** The model it is a copy of, but for what is given here. */
      readonly like: string;
      readonly providerModel: string;
      readonly tokens: bigint;
      readonly name: { readonly en: string; readonly ru: string };
      readonly reason: string;
    };

export type ExperimentsCommand =
  | { readonly act: 'show'; readonly id: string }
  | { readonly act: 'stop'; readonly id: string; readonly reason: string }
  | {
      readonly act: 'start';
      readonly id: string;
      readonly model: string;
      readonly variants: readonly Variant[];
      readonly reason: string;
    };

export interface ProvidersCommand {
  readonly id: string;
  readonly change: {
    readonly paused?: boolean;
    readonly budgetDayMicros?: bigint | null;
    readonly budgetMonthMicros?: bigint | null;
    readonly concurrencyMax?: number | null;
  };
  readonly reason: string;
}

const reasonMax = 500;
const tokensPattern = /^[1-9]\d{0,11}$/;

/** Undefined when it is none of them. */
export function readModelsCommand(argument: string): ModelsCommand | undefined {
  const [act, slug, ...rest] = wordsOf(argument);
  if (slug === undefined) return undefined;
  if (act === 'on' || act === 'off') return withReason(rest, (reason) => ({ act, slug, reason }));
  if (act === 'price') {
    const [typed = '', ...reason] = rest;
    if (!tokensPattern.test(typed)) return undefined;
    return withReason(reason, (text) => ({ act, slug, tokens: BigInt(typed), reason: text }));
  }
  return act === 'add' ? readAdd(slug, rest) : undefined;
}

function readAdd(slug: string, words: readonly string[]): ModelsCommand | undefined {
  const [like, providerModel, typed = '', ...rest] = words;
  const [en = '', ru = '', ...reason] = rest.join(' ').split('|');
  if (like === undefined || providerModel === undefined || !tokensPattern.test(typed)) {
    return undefined;
  }
  return withReason(reason, (text) => ({
    act: 'add',
    slug,
    like,
    providerModel,
    tokens: BigInt(typed),
    name: { en: en.trim(), ru: ru.trim() },
    reason: text,
  }));
}

export function readExperimentsCommand(argument: string): ExperimentsCommand | undefined {
  const [act, id, ...rest] = wordsOf(argument);
  if (act !== undefined && id === undefined) return { act: 'show', id: act };
  if (id === undefined) return undefined;
  if (act === 'stop') return withReason(rest, (reason) => ({ act, id, reason }));
  if (act !== 'start') return undefined;
  const [model, ...tail] = rest;
  const variants = tail.flatMap(variantIn);
  if (model === undefined || variants.length === 0) return undefined;
  return withReason(tail.slice(variants.length), (reason) => ({
    act,
    id,
    model,
    variants,
    reason,
  }));
}

function variantIn(word: string): Variant[] {
  const parts = /^([a-z0-9._-]+)=(\d{1,6})$/.exec(word);
  return parts === null ? [] : [{ slug: parts[1] ?? '', weight: Number(parts[2]) }];
}

export function readProvidersCommand(argument: string): ProvidersCommand | undefined {
  const [act, id, ...rest] = wordsOf(argument);
  if (id === undefined) return undefined;
  if (act === 'pause' || act === 'resume') {
    const change = { paused: act === 'pause' };
    return withReason(rest, (reason) => ({ id, change, reason }));
  }
  if (act === 'budget') {
    const [day, month] = [limitOf(rest[0], microsOf), limitOf(rest[1], microsOf)];
    if (day === undefined || month === undefined) return undefined;
    const change = { budgetDayMicros: day, budgetMonthMicros: month };
    return withReason(rest.slice(2), (reason) => ({ id, change, reason }));
  }
  const places = act === 'places' ? limitOf(rest[0], placesIn) : undefined;
  if (places === undefined) return undefined;
  return withReason(rest.slice(1), (reason) => ({
    id,
    change: { concurrencyMax: places },
    reason,
  }));
}

function placesIn(word: string): number | undefined {
  return /^[1-9]\d{0,3}$/.test(word) ? Number(word) : undefined;
}

/** "-" takes the limit away. */
function limitOf<T>(word = '', read: (word: string) => T | undefined): T | null | undefined {
  return word === '-' ? null : read(word);
}

function wordsOf(argument: string): string[] {
  return argument.split(/\s+/).filter((word) => word !== '');
}

function withReason<T>(words: readonly string[], make: (reason: string) => T): T | undefined {
  const reason = words.join(' ').trim();
  return reason === '' || reason.length > reasonMax ? undefined : make(reason);
}
