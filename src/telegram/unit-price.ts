import { currencyDecimals } from '../domain/money';
import { pricePerToken, type Pack } from '../domain/packs';
import type { Translate } from '../texts/texts';

/** What one token of a pack costs, finer than coins: "1.2 ⭐", "1.99 ₽", "$0.0249"; plain text. */
export function unitPriceText(t: Translate, pack: Pack): string {
  const { currency } = pack.price;
  const decimals = currencyDecimals[currency];
  const price = pricePerToken(pack, decimals) as `${number}`;
  const fine = { maximumFractionDigits: decimals + 2 };
  if (currency === 'XTR') return `${new Intl.NumberFormat(t.language, fine).format(price)} ⭐`;
  const style = { style: 'currency', currency, currencyDisplay: 'narrowSymbol' } as const;
  return new Intl.NumberFormat(t.language, { ...style, ...fine }).format(price);
}
