/** Fixed rates of the stand-ins that sell for coins, in whole numbers: nothing here is worth a float. */

/** What a coin costs, in millionths of a US dollar. */
const usdMicro: Readonly<Record<string, bigint>> = {
  USDT: 1_000_000n,
  TON: 3_200_000n,
  BTC: 95_000_000_000n,
  ETH: 3_400_000_000n,
  LTC: 90_000_000n,
  BNB: 640_000_000n,
  TRX: 250_000n,
  USDC: 1_000_000n,
};

/** What a US dollar costs, in millionths of the currency. */
const perUsdMicro: Readonly<Record<string, bigint>> = {
  USD: 1_000_000n,
  EUR: 900_000n,
  RUB: 97_500_000n,
  BYN: 3_200_000n,
  UAH: 41_000_000n,
  GBP: 780_000n,
  CNY: 7_200_000n,
  KZT: 500_000_000n,
};

export const assets: readonly string[] = Object.keys(usdMicro);
export const fiats: readonly string[] = Object.keys(perUsdMicro);

const micro = 1_000_000n;
const coinUnit = 100_000_000n;

function decimalText(value: bigint, places: number): string {
  const text = value.toString().padStart(places + 1, '0');
  return `${text.slice(0, -places)}.${text.slice(-places)}`.replace(/\.?0+$/, '');
}

/** "5.12" as hundred-millionths of a coin; undefined for what is no positive amount. */
export function unitsOf(amount: string): bigint | undefined {
  const parts = /^(\d{1,15})(?:\.(\d{1,8}))?$/.exec(amount);
  if (parts === null) return undefined;
  const units = BigInt(`${parts[1]}${(parts[2] ?? '').padEnd(8, '0')}`);
  return units > 0n ? units : undefined;
}

/** Hundred-millionths of a coin as the API writes them. */
export const coinText = (units: bigint): string => decimalText(units, 8);

/** The price of one coin in a currency, as the API writes it. */
export function rateText(asset: string, fiat: string): string {
  const rate = ((usdMicro[asset] ?? 0n) * (perUsdMicro[fiat] ?? 0n)) / micro;
  return decimalText(rate, 6);
}

/** Coins for an amount of fiat money, rounded up. Both are in hundred-millionths. */
export function coinsFor(fiatUnits: bigint, asset: string, fiat: string): bigint {
  const rate = ((usdMicro[asset] ?? 1n) * (perUsdMicro[fiat] ?? 1n)) / micro;
  return (fiatUnits * micro + rate - 1n) / rate;
}

/** What coins are worth in US dollars, as the API writes it. */
export function usdText(units: bigint, asset: string): string {
  return decimalText((units * (usdMicro[asset] ?? 0n)) / coinUnit, 6);
}
