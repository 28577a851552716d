/**
 * Tokens on top of a paid charge: for the first purchase of a person, by a promo code, and for whoever
 * referred the buyer. They stand and fall with the charge: what a refund returns of the money, it
 * takes back of the bonus.
 */
import type { Tokens } from './tokens';
import { tokens } from './tokens';

export type DepositBonusKind = 'first_deposit' | 'promo_extra' | 'referral';

/** Percents of the tokens bought; 0 switches a bonus off. */
export interface DepositBonusRules {
  readonly firstDepositPercent: bigint;
  readonly referralPercent: bigint;
}

/**
 * What one refund takes back of a bonus: the same part as of the money, rounded up, at most what is
 * left of it. Rounded up, the parts of a charge refunded to its end always add up to the whole bonus.
 */
export function bonusToReturn(
  bonus: { readonly tokens: bigint; readonly taken: bigint },
  refund: { readonly amountMinor: bigint; readonly chargedMinor: bigint },
): Tokens {
  const { amountMinor, chargedMinor } = refund;
  const part = (bonus.tokens * amountMinor + chargedMinor - 1n) / chargedMinor;
  const left = bonus.tokens - bonus.taken;
  return tokens(part < left ? part : left);
}
