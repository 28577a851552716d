/** The ways to pay that are switched on. */
import type { Currency } from '../domain/money';
import type { Language } from '../texts/texts';

/** What the bot knows of a payment system. */
export interface PaymentMethod {
  readonly id: string;
  /** What it can be priced in; the first is the default. */
  readonly currencies: readonly Currency[];
  /** How long a payment of it may stay open. */
  readonly invoiceMs: number;
  /** It needs an address for the receipt. */
  readonly wantsEmail: boolean;
}

/** Russian readers pay in roubles where they can, all others in what is not roubles. */
export function currencyFor({ currencies }: PaymentMethod, language: Language): Currency {
  const fits = currencies.find((currency) => (currency === 'RUB') === (language === 'ru'));
  return fits ?? currencies[0] ?? 'XTR';
}
