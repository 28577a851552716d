/**
 * Who serves a generation instead of the ordered model. A stand-in is of equal or better ability: it
 * makes the same kind from the same inputs and gives each chosen option, or more of it. The price the
 * person confirmed stays.
 */
import { optionKeys, type ModelOptions, type OptionKey } from './catalogue';
import type { GenerationKind, GenerationMode } from './generation';

/** What a model can do. */
export interface Ability {
  readonly kind: GenerationKind;
  readonly modes: readonly GenerationMode[];
  readonly inputsMax: number;
  readonly options: ModelOptions;
}

/** What was ordered; the options are complete. */
export interface Demand {
  readonly kind: GenerationKind;
  readonly mode: GenerationMode;
  readonly inputs: number;
  readonly options: Readonly<Record<string, string>>;
}

interface Candidate extends Ability {
  readonly slug: string;
  readonly provider: string;
  readonly active: boolean;
}

const qualities: Readonly<Record<string, number>> = {
  low: 1,
  std: 2,
  standard: 2,
  medium: 2,
  hd: 3,
  pro: 3,
  high: 3,
  ultra: 4,
};
const resolutions: Readonly<Record<string, number>> = { '2k': 1440, '4k': 2160 };

/** Options that have a more and a less, and how much a value is of it. Others have to match exactly. */
const scales: Partial<Record<OptionKey, (value: string) => number>> = {
  duration: Number,
  resolution: (value) => resolutions[value.toLowerCase()] ?? Number.parseInt(value, 10),
  // "2K" is more than "1K"; "1536x1024" and "1024x1536" are merely different.
  size: (value) => Number(/^(\d+)K$/.exec(value)?.[1] ?? Number.NaN),
  quality: (value) => qualities[value] ?? Number.NaN,
};

/** Every provider has its own words for these, so that a default is served by another's default. */
const ownWords: ReadonlySet<OptionKey> = new Set<OptionKey>(['size', 'quality', 'background']);

/**
 * The options a model would be asked for to serve a demand; undefined when it cannot. `ordered` are
 * the options of the model that was chosen: what it gave by default and nobody picked, a stand-in
 * need not know.
 */
export function optionsToServe(
  model: Ability,
  demand: Demand,
  ordered: ModelOptions,
): Readonly<Record<string, string>> | undefined {
  if (model.kind !== demand.kind || !model.modes.includes(demand.mode)) return undefined;
  if (demand.inputs > model.inputsMax) return undefined;
  const options: Record<string, string> = { ...demand.options };
  for (const key of optionKeys) {
    const value = valueToAsk(key, {
      wanted: demand.options[key],
      usual: ordered[key]?.[0],
      offered: model.options[key],
    });
    if (value === undefined) return undefined;
    if (value === unasked) Reflect.deleteProperty(options, key);
    else options[key] = value;
  }
  return options;
}

/** A model that does not know an option does as it always does. */
const unasked = Symbol('unasked');

function valueToAsk(
  key: OptionKey,
  option: {
    readonly wanted: string | undefined;
    /** The default of the ordered model. */
    readonly usual: string | undefined;
    readonly offered: readonly string[] | undefined;
  },
): string | typeof unasked | undefined {
  const { wanted, usual, offered } = option;
  const isDefault = wanted === undefined || wanted === usual;
  if (offered === undefined) {
    // The length of a clip is never left open.
    const isOpen = wanted === undefined || (isDefault && key !== 'duration');
    return isOpen ? unasked : undefined;
  }
  const value = valueFor(key, { wanted, offered });
  return value ?? (isDefault && ownWords.has(key) ? offered[0] : undefined);
}

function valueFor(
  key: OptionKey,
  { wanted, offered }: { wanted: string | undefined; offered: readonly string[] },
): string | undefined {
  if (wanted === undefined) return offered[0];
  if (offered.includes(wanted)) return wanted;
  const measure = scales[key];
  if (measure === undefined) return undefined;
  const least = measure(wanted);
  const enough = offered.filter((value) => measure(value) >= least);
  return enough.sort((one, other) => measure(one) - measure(other))[0];
}

/** The next model of a chain that can serve, and what it is asked for. */
export function nextInChain<Model extends Candidate>(chain: {
  readonly models: readonly Model[];
  readonly tried: readonly string[];
  readonly demand: Demand;
  readonly ordered: ModelOptions;
  /** Whether a provider takes jobs now. */
  readonly takesJobs: (provider: string) => boolean;
}): { readonly model: Model; readonly options: Readonly<Record<string, string>> } | undefined {
  for (const model of chain.models) {
    if (!model.active || chain.tried.includes(model.slug)) continue;
    if (!chain.takesJobs(model.provider)) continue;
    const options = optionsToServe(model, chain.demand, chain.ordered);
    if (options !== undefined) return { model, options };
  }
  return undefined;
}
