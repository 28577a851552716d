/**
 * What a model of the catalogue offers and what it costs.
 * option: something a person may choose, such as the duration; its values are the provider's own words.
 * rate: how a price in tokens, or a cost in micro-dollars, follows from the chosen options.
 */
import { tokens, type Tokens } from './tokens';

/** The option keys the bot knows how to ask for, in the order it asks. */
export const optionKeys = [
  'aspect', // "16:9"
  'duration', // whole seconds: "5"
  'resolution', // "720p"
  'size', // "1K", "1024x1024"
  'quality', // "low", "high"
  'audio', // "on" | "off"
  'background', // "opaque" | "transparent"
  'mask', // "off" | "on": what the first photo shows stays, its transparent part is painted
  'count', // results at once: "1"
] as const;
export type OptionKey = (typeof optionKeys)[number];

/** The values of one option, the first being the default. Never empty. */
export type ModelOptions = Readonly<Partial<Record<OptionKey, readonly string[]>>>;

/** Whole numbers only: units are tokens for prices and micro-dollars (10^-6 USD) for costs. */
export interface Rate {
  /** For one result, before seconds and percents. */
  readonly base: bigint;
  /** For each second of the `duration` option, added to the base. */
  readonly perSecond?: bigint;
  /** By option and value: 150 makes it half as much again. Values not named count as 100. */
  readonly percent?: Readonly<Partial<Record<OptionKey, Readonly<Record<string, number>>>>>;
}

/** The chosen options with the defaults of those not chosen. Unknown keys are dropped. */
export function completeOptions(
  offered: ModelOptions,
  chosen: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const pairs = optionKeys.flatMap((key) => {
    const fallback = offered[key]?.[0];
    return fallback === undefined ? [] : [[key, chosen[key] ?? fallback]];
  });
  return Object.fromEntries(pairs) as Record<string, string>;
}

/**
 * What is ordered: the offered options with their defaults filled in, a value no longer on offer
 * replaced by the default, and beside them the keys that are no options, such as `variation`.
 */
export function orderedOptions(
  offered: ModelOptions,
  chosen: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const pairs = Object.entries(chosen);
  const others = pairs.filter(([key]) => !isOptionKey(key));
  const valid = pairs.filter(
    ([key, value]) => wrongOption(offered, { [key]: value }) === undefined,
  );
  return { ...Object.fromEntries(others), ...completeOptions(offered, Object.fromEntries(valid)) };
}

/** Whether a model still offers exactly what was chosen with it. */
export function isStillOffered(
  offered: ModelOptions,
  chosen: Readonly<Record<string, string>>,
): boolean {
  const ordered = orderedOptions(offered, chosen);
  const keys = new Set([...Object.keys(ordered), ...Object.keys(chosen)]);
  return [...keys].every((key) => ordered[key] === chosen[key]);
}

export function isOptionKey(key: string): key is OptionKey {
  return (optionKeys as readonly string[]).includes(key);
}

/** The first option whose chosen value the model does not offer, or undefined when all are fine. */
export function wrongOption(
  offered: ModelOptions,
  chosen: Readonly<Record<string, string>>,
): string | undefined {
  return Object.entries(chosen).find(
    ([key, value]) => !(offered[key as OptionKey] ?? []).includes(value),
  )?.[0];
}

/** What a person pays for a model with the options chosen so far, in tokens. */
export function priceOf(
  model: { readonly rate: Rate; readonly options: ModelOptions },
  chosen: Readonly<Record<string, string>> = {},
): Tokens {
  return tokens(amountOf(model.rate, orderedOptions(model.options, chosen)));
}

/**
 * (base + perSecond x duration) x percents x count, rounded up once at the end, so that no order of
 * multiplication changes a price.
 */
export function amountOf(rate: Rate, options: Readonly<Record<string, string>>): bigint {
  const seconds = BigInt(options['duration'] ?? '0');
  const count = BigInt(options['count'] ?? '1');
  const factors = optionKeys.map((key) => rate.percent?.[key]?.[options[key] ?? ''] ?? 100);
  const amount = factors.reduce(
    (product, percent) => product * BigInt(percent),
    (rate.base + (rate.perSecond ?? 0n) * seconds) * count,
  );
  const scale = 100n ** BigInt(factors.length);
  return (amount + scale - 1n) / scale;
}
