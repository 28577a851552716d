import { decimalOf, type Money } from '../domain/money';
import type { Translate } from '../texts/texts';

/** "15 Stars", "€4.99", "499 ₽": an amount as people of this language write it; plain text. */
export function moneyText(t: Translate, money: Money): string {
  if (money.currency === 'XTR') return t.plain('unit.stars', { count: money.amountMinor });
  const format = new Intl.NumberFormat(t.language, {
    style: 'currency',
    currency: money.currency,
    currencyDisplay: 'narrowSymbol',
    trailingZeroDisplay: 'stripIfInteger',
  });
  // As text, because a number could not hold every amount exactly.
  return format.format(decimalOf(money) as `${number}`);
}
