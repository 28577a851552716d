/**
 * Money outside the bot: whole minor units (kopecks, cents, Stars) with their currency.
 * Stars (XTR) have no minor unit: one minor unit is one Star.
 */

/** ISO 4217 code, or XTR for Telegram Stars; and its decimal places. */
export const currencyDecimals = { XTR: 0, RUB: 2, USD: 2, EUR: 2, KZT: 2, BYN: 2 } as const;

export type Currency = keyof typeof currencyDecimals;

/** An amount of outside money. `amountMinor` is never negative. */
export interface Money {
  readonly amountMinor: bigint;
  readonly currency: Currency;
}

/** "499.00" for 49900 kopecks, "15" for 15 Stars: what goes on the wire. */
export function decimalOf({ amountMinor, currency }: Money): string {
  const places = currencyDecimals[currency];
  if (places === 0) return amountMinor.toString();
  const digits = amountMinor.toString().padStart(places + 1, '0');
  return `${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

/**
 * Reads a decimal string exactly: "499", "499.0" and "499.00" are the same, zeros beyond the minor unit
 * are accepted. Undefined for more than 18 digits before the point or after it, for signs, exponents and
 * amounts finer than the minor unit: never rounded.
 */
export function moneyOf(decimal: string, currency: Currency): Money | undefined {
  const parts = /^(\d{1,18})(?:\.(\d{1,18}))?$/.exec(decimal);
  if (parts === null) return undefined;
  const places = currencyDecimals[currency];
  const fraction = (parts[2] ?? '').padEnd(places, '0');
  if (/[1-9]/.test(fraction.slice(places))) return undefined;
  return { amountMinor: BigInt(`${parts[1]}${fraction.slice(0, places)}`), currency };
}

/** Whether Easel can count in a currency that came over the wire. */
export function isCurrency(value: string): value is Currency {
  return Object.hasOwn(currencyDecimals, value);
}
