/** Sums of coins: decimal strings of any precision, which no fixed minor unit can hold. */
import { currencyDecimals, type Currency, type Money } from '../domain/money';

interface Decimal {
  readonly digits: bigint;
  readonly places: number;
}

function decimal(text: string): Decimal | undefined {
  const parts = /^(\d{1,30})(?:\.(\d{1,30}))?$/.exec(text);
  if (parts === null) return undefined;
  const fraction = parts[2] ?? '';
  return { digits: BigInt(`${parts[1]}${fraction}`), places: fraction.length };
}

const power = (places: number): bigint => 10n ** BigInt(places);

/** Money × over / under, rounded down; undefined when one of them is no decimal or `under` is 0. */
export function moneyTimes(money: Money, over: string, under: string): Money | undefined {
  const [top, bottom] = [decimal(over), decimal(under)];
  if (top === undefined || bottom === undefined || bottom.digits === 0n) return undefined;
  const amountMinor =
    (money.amountMinor * top.digits * power(bottom.places)) / (bottom.digits * power(top.places));
  return { ...money, amountMinor };
}

/** What `amount` coins are worth at `rate`, rounded up to the minor unit. */
export function moneyAtRate(amount: string, rate: string, currency: Currency): Money | undefined {
  const [coins, price] = [decimal(amount), decimal(rate)];
  if (coins === undefined || price === undefined) return undefined;
  const unit = power(coins.places + price.places);
  const minor = coins.digits * price.digits * power(currencyDecimals[currency]);
  return { amountMinor: (minor + unit - 1n) / unit, currency };
}

/** The most places a coin is sent with. */
const coinPlaces = 8;

/** `part / whole` of an amount of coins, rounded down, without needless zeros. */
export function coinsTimes(amount: string, part: bigint, whole: bigint): string | undefined {
  const coins = decimal(amount);
  if (coins === undefined || whole <= 0n) return undefined;
  if (part === whole) return amount;
  const digits = (coins.digits * part * power(coinPlaces)) / (whole * power(coins.places));
  const text = digits.toString().padStart(coinPlaces + 1, '0');
  return `${text.slice(0, -coinPlaces)}.${text.slice(-coinPlaces)}`.replace(/\.?0+$/, '');
}
