/**
 * What tokens cost: packs, and amounts a person names.
 *
 * A named amount costs per token what the largest pack up to it costs per token, but never more than
 * the next larger pack: so no amount is dearer than more tokens, and editing the packs edits it too.
 */
import type { Currency, Money } from './money';
import type { Tokens } from './tokens';

export interface Pack {
  readonly packTokens: Tokens;
  readonly price: Money;
}

/** Within which bounds a person may name an amount, both included. */
export interface CustomBounds {
  readonly leastTokens: Tokens;
  readonly mostTokens: Tokens;
}

/** What can be bought by one payment system in one currency. */
export interface Shelf {
  readonly packs: readonly Pack[];
  /** Null: only the packs are sold. */
  readonly custom: CustomBounds | null;
}

/** The price of an amount on this shelf: its pack's, or reckoned; undefined when it is not sold. */
export function priceOn({ packs, custom }: Shelf, amount: Tokens): Money | undefined {
  const pack = packs.find(({ packTokens }) => packTokens === amount);
  if (pack !== undefined) return pack.price;
  return custom === null ? undefined : customPrice(packs, custom, amount);
}

/**
 * The price of a named amount, rounded up to the minor unit; undefined out of bounds or without a pack
 * to reckon from. All packs are of one system and currency, in any order.
 */
export function customPrice(
  packs: readonly Pack[],
  { leastTokens, mostTokens }: CustomBounds,
  amount: Tokens,
): Money | undefined {
  if (amount < leastTokens || amount > mostTokens) return undefined;
  const sorted = [...packs].sort((a, b) => (a.packTokens < b.packTokens ? -1 : 1));
  const base = sorted.filter(({ packTokens }) => packTokens <= amount).at(-1) ?? sorted[0];
  if (base === undefined) return undefined;
  const { amountMinor } = base.price;
  const byRate = (amount * amountMinor + base.packTokens - 1n) / base.packTokens;
  const larger = sorted.filter(({ packTokens }) => packTokens > amount);
  const cheapest = larger.reduce((least, { price }) => smaller(least, price.amountMinor), byRate);
  return { amountMinor: cheapest, currency: base.price.currency };
}

/** The price of one token to a hundredth of a minor unit, for people to compare by: "1.25". */
export function pricePerToken({ packTokens, price }: Pack, decimals: number): string {
  const digits = decimals + 2;
  const scaled = ((price.amountMinor * 100n) / packTokens).toString().padStart(digits + 1, '0');
  return `${scaled.slice(0, -digits)}.${scaled.slice(-digits)}`;
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

interface SeededShelf {
  readonly system: string;
  readonly currency: Currency;
  readonly packs: readonly (readonly [tokens: bigint, amountMinor: bigint])[];
  readonly custom: { readonly leastTokens: bigint; readonly mostTokens: bigint };
}

const inRoubles = [
  [100n, 19_900n],
  [250n, 44_900n],
  [500n, 84_900n],
  [1000n, 159_000n],
] as const;
const inDollars = [
  [100n, 249n],
  [250n, 549n],
  [500n, 999n],
  [1000n, 1899n],
] as const;
const inStars = [
  [10n, 15n],
  [25n, 35n],
  [50n, 65n],
  [100n, 120n],
  [200n, 220n],
] as const;

const large = { leastTokens: 100n, mostTokens: 10_000n };
const shelf = (system: string, currency: 'RUB' | 'USD'): SeededShelf => ({
  system,
  currency,
  packs: currency === 'RUB' ? inRoubles : inDollars,
  custom: large,
});

/** What is on sale in a new database; prices are the owner's after that. */
export const seededShelves: readonly SeededShelf[] = [
  {
    system: 'stars',
    currency: 'XTR',
    packs: inStars,
    custom: { leastTokens: 10n, mostTokens: 5000n },
  },
  shelf('yookassa', 'RUB'),
  shelf('yoomoney', 'RUB'),
  shelf('cryptobot', 'USD'),
  shelf('cryptobot', 'RUB'),
  shelf('heleket', 'USD'),
  shelf('heleket', 'RUB'),
  shelf('stripe', 'USD'),
  shelf('card', 'RUB'),
  shelf('card', 'USD'),
];
