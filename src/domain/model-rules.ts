/** What makes an entry of the catalogue sound, whoever typed it. Every problem is found, not the first. */
import { amountOf, isOptionKey, type ModelOptions, type Rate } from './catalogue';
import { AppError } from './errors';
import { optionsToServe, type Ability } from './fallback';
import type { GenerationKind, GenerationMode } from './generation';
import { TOKENS_MAX } from './tokens';

/** What a provider's adapter can do; read from the models it brings. */
export interface ProviderAbility {
  readonly id: string;
  readonly modes: Readonly<Partial<Record<GenerationKind, readonly GenerationMode[]>>>;
  /** Photos at once, the most of any of its models. */
  readonly inputsMax: number;
}

/** A model as an admin wants it. */
export interface ModelDraft extends Ability {
  readonly slug: string;
  readonly provider: string;
  readonly providerModel: string;
  readonly name: Readonly<Record<'en' | 'ru', string>>;
  readonly description: Readonly<Record<'en' | 'ru', string>>;
  readonly rate: Rate;
  readonly cost: Rate | null;
  readonly fallback: readonly string[];
  readonly position: number;
}

/** What the rules look at beside the model. */
export interface Surroundings {
  /** Undefined: no such provider is registered. */
  readonly provider: ProviderAbility | undefined;
  /** The models its fallback names, as far as they exist. */
  readonly standIns: ReadonlyMap<string, Ability>;
}

/** Each has a text in src/texts under `models.problem`. */
export const modelProblems = [
  'slug',
  'provider',
  'kind',
  'modes',
  'providerModel',
  'words',
  'options',
  'price',
  'surcharge',
  'cost',
  'inputsMax',
  'fallback',
  'position',
  'exists',
  'experiment',
  'experimentId',
  'variants',
  'weights',
] as const;
export type ModelProblem = (typeof modelProblems)[number];

/** A change of the catalogue that was refused; nothing of it was done. */
export class UnsoundModel extends AppError {
  readonly problems: readonly ModelProblem[];

  constructor(problems: readonly ModelProblem[]) {
    super('INVALID_INPUT', `Unsound: ${problems.join(', ')}`);
    this.name = 'UnsoundModel';
    this.problems = problems;
  }
}

/** Fits a button's 64 bytes. */
const slugPattern = /^[a-z0-9][a-z0-9._-]{0,39}$/;
const valuePattern = /^[A-Za-z0-9.:_-]{1,20}$/;
const positionMax = 10_000;
const rateMax = 1_000_000_000_000n;

const rules: readonly [ModelProblem, (model: ModelDraft, around: Surroundings) => boolean][] = [
  ['slug', ({ slug }) => slugPattern.test(slug)],
  ['provider', (_model, { provider }) => provider !== undefined],
  ['kind', ({ kind }, { provider }) => provider === undefined || kind in provider.modes],
  ['modes', areModesKnown],
  ['providerModel', ({ providerModel }) => /^\S{1,200}$/.test(providerModel)],
  ['words', areWordsThere],
  ['options', ({ options }) => areOptionsSound(options)],
  ['price', ({ rate }) => rate.base > 0n && rate.base <= TOKENS_MAX],
  [
    'surcharge',
    ({ rate, options }) => isSurchargeSound(rate, options) && isAffordable(rate, options),
  ],
  ['cost', ({ cost, options }) => cost === null || isCostSound(cost, options)],
  ['inputsMax', ({ inputsMax }, { provider }) => isWithin(inputsMax, 1, provider?.inputsMax ?? 10)],
  ['fallback', areStandInsAble],
  ['position', ({ position }) => isWithin(position, 0, positionMax)],
];

export function problemsOf(model: ModelDraft, around: Surroundings): ModelProblem[] {
  return rules.flatMap(([problem, isSound]) => (isSound(model, around) ? [] : [problem]));
}

function areModesKnown({ kind, modes }: ModelDraft, { provider }: Surroundings): boolean {
  const known = provider?.modes[kind];
  if (modes.length === 0 || new Set(modes).size < modes.length) return false;
  return known === undefined || modes.every((mode) => known.includes(mode));
}

function areWordsThere({ name, description }: ModelDraft): boolean {
  const isThere = (text: string, most: number) => text.trim() !== '' && text.length <= most;
  return (['en', 'ru'] as const).every(
    (language) => isThere(name[language], 60) && isThere(description[language], 500),
  );
}

function areOptionsSound(options: ModelOptions): boolean {
  return Object.entries(options).every(([key, values]) => {
    if (!isOptionKey(key) || !isWithin(values.length, 1, 20)) return false;
    if (new Set(values).size < values.length) return false;
    return values.every((value) => valuePattern.test(value) && (numbers[key]?.(value) ?? true));
  });
}

function isSwitch(value: string): boolean {
  return value === 'on' || value === 'off';
}

const numbers: Readonly<Record<string, (value: string) => boolean>> = {
  duration: (value) => /^[1-9]\d{0,2}$/.test(value),
  count: (value) => /^[1-9]$/.test(value),
  audio: isSwitch,
  mask: isSwitch,
};

function isSurchargeSound({ perSecond = 0n, percent = {} }: Rate, options: ModelOptions): boolean {
  if (perSecond < 0n || perSecond > rateMax) return false;
  if (perSecond > 0n && options.duration === undefined) return false;
  return Object.entries(percent).every(([key, byValue]) =>
    Object.entries(byValue).every(
      ([value, part]) =>
        isOptionKey(key) && options[key]?.includes(value) === true && isWithin(part, 1, 10_000),
    ),
  );
}

/** Even its dearest combination can be booked. */
function isAffordable(rate: Rate, options: ModelOptions): boolean {
  if (!areOptionsSound(options)) return true;
  const dearest = Object.fromEntries(
    Object.entries(options).map(([key, values]) => {
      const worth = (value: string) =>
        Number.isFinite(Number(value))
          ? Number(value)
          : (rate.percent?.[key as keyof ModelOptions]?.[value] ?? 100);
      return [key, [...values].sort((one, other) => worth(other) - worth(one))[0] ?? ''];
    }),
  );
  return amountOf(rate, dearest) <= TOKENS_MAX;
}

function isCostSound(cost: Rate, options: ModelOptions): boolean {
  return cost.base >= 0n && cost.base <= rateMax && isSurchargeSound(cost, options);
}

/** Whoever stands in must be able to do at least what the model does by default. */
function areStandInsAble(model: ModelDraft, { standIns }: Surroundings): boolean {
  const { slug, fallback } = model;
  if (fallback.length > 5 || new Set(fallback).size < fallback.length) return false;
  return fallback.every((other) => {
    const ability = standIns.get(other);
    return other !== slug && ability !== undefined && canStandIn(ability, model);
  });
}

/** Whether a model can serve another's defaults in at least one of its modes. */
export function canStandIn(ability: Ability, model: Ability): boolean {
  const options = Object.fromEntries(
    Object.entries(model.options).map(([key, values]) => [key, values[0] ?? '']),
  );
  return model.modes.some((mode) => {
    const demand = { kind: model.kind, mode, inputs: mode === 'text' ? 0 : 1, options };
    return optionsToServe(ability, demand, model.options) !== undefined;
  });
}

function isWithin(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}
