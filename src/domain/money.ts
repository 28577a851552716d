/**
 * Money outside the bot: whole minor units (kopecks, cents, Stars) with their currency.
 * Stars (XTR) have no minor unit: one minor unit is one Star.
 */

/** ISO 4217 code, or XTR for Telegram Stars. */
export type Currency = 'XTR';

/** An amount of outside money. `amountMinor` is never negative. */
export interface Money {
  readonly amountMinor: bigint;
  readonly currency: Currency;
}
