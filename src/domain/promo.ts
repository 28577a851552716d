/**
 * Promo codes: what they give and when they may be used.
 *
 * percent_off: the next purchase costs less. percent_extra: it brings more tokens. tokens: given at
 * once. A code is used up when tokens were given, or when a payment with it may be or was paid.
 */
import type { ErrorCode } from './errors';
import type { Money } from './money';
import { tokens, type Tokens } from './tokens';

export const promoKinds = ['percent_off', 'percent_extra', 'tokens'] as const;
export type PromoKind = (typeof promoKinds)[number];

/** The least and the most a code of each kind may be worth: percent, or tokens. */
export const promoBounds: Readonly<Record<PromoKind, { least: bigint; most: bigint }>> = {
  percent_off: { least: 1n, most: 90n },
  percent_extra: { least: 1n, most: 500n },
  tokens: { least: 1n, most: 1_000_000n },
};

export interface PromoTerms {
  readonly kind: PromoKind;
  /** Percent, or tokens for the kind "tokens". */
  readonly value: bigint;
  /** Uses by everybody together; null: no limit. */
  readonly limitOverall: number | null;
  readonly limitPerPerson: number;
  readonly expiresAt: Date | null;
}

export interface PromoCode extends PromoTerms {
  /** Upper case, 3-32 of A-Z 0-9 _ - */
  readonly code: string;
  readonly active: boolean;
}

/** How often a code was used already. Unpaid: in payments that may still be paid. */
export interface PromoUse {
  readonly overall: number;
  readonly byPerson: number;
  readonly unpaidByPerson: number;
}

/** The code as it is stored, of what a person typed; undefined when it can be no code. */
export function promoCodeOf(typed: string): string | undefined {
  const code = typed.trim().toUpperCase();
  return /^[A-Z0-9_-]{3,32}$/.test(code) ? code : undefined;
}

/** Why a person may not use a code now; null when they may. */
export function promoRefusal(promo: PromoCode, use: PromoUse, now: Date): ErrorCode | null {
  if (!promo.active) return 'PROMO_UNKNOWN';
  if (promo.expiresAt !== null && promo.expiresAt <= now) return 'PROMO_EXPIRED';
  if (use.byPerson >= promo.limitPerPerson) {
    return use.unpaidByPerson > 0 ? 'PROMO_PENDING' : 'PROMO_USED';
  }
  if (promo.limitOverall !== null && use.overall >= promo.limitOverall) return 'PROMO_EXHAUSTED';
  return null;
}

/** The price less so many percent, rounded up to the minor unit and never nothing. */
export function discounted(price: Money, percentOff: bigint): Money {
  const rest = percentOf(price.amountMinor, 100n - percentOff, 'up');
  return { ...price, amountMinor: rest > 0n ? rest : 1n };
}

/** What something costs with the code a person chose for it. */
export function priceWith(
  promo: { readonly kind: PromoKind; readonly percent: bigint } | undefined,
  price: Money,
): Money {
  return promo?.kind === 'percent_off' ? discounted(price, promo.percent) : price;
}

/** So many percent of some tokens, rounded down: what is given never exceeds the promise. */
export function shareOf(amount: Tokens, percent: bigint): Tokens {
  return tokens(percentOf(amount, percent, 'down'));
}

function percentOf(amount: bigint, percent: bigint, round: 'up' | 'down'): bigint {
  return (amount * percent + (round === 'up' ? 99n : 0n)) / 100n;
}
