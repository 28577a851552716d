/**
 * Bank transfer by hand: the person gets the owner's details and a reference, an admin confirms the
 * money. Nobody can be asked and nothing is sent back by machine.
 */
import { z } from 'zod';
import { cardRequestSeconds } from '../domain/card-request';
import { definePaymentSystem, PaymentSystemError } from './payment-system';

/** In an environment file a line break is written as the two characters \n. */
const details = z
  .string()
  .min(5, 'must be at least 5 characters')
  .max(1500, 'must be at most 1500 characters')
  .transform((text) => text.replaceAll('\\n', '\n'));

const settings = z.object({
  CARD_DETAILS_RU: details.describe(
    'Where to transfer roubles: card or account, name, bank. A line break is written as \\n.',
  ),
  CARD_DETAILS_INTERNATIONAL: details.describe(
    'Where to transfer dollars: IBAN or account, SWIFT, name. A line break is written as \\n.',
  ),
});

/** Details are shown to whoever wants to pay; they are no secret. */
export const card = definePaymentSystem({
  id: 'card',
  settings,
  secrets: [],
  currencies: ['RUB', 'USD'],
  refunds: 'manual',
  invoiceSeconds: { least: cardRequestSeconds, most: cardRequestSeconds },
  graceSeconds: 0,
  pollMs: 3_600_000,
  create: ({ CARD_DETAILS_RU, CARD_DETAILS_INTERNATIONAL }) => ({
    id: 'card',
    openInvoice: async ({ price }) => {
      if (price.currency === 'RUB') return { words: CARD_DETAILS_RU };
      if (price.currency === 'USD') return { words: CARD_DETAILS_INTERNATIONAL };
      throw new PaymentSystemError('invalid', `no details for ${price.currency}`);
    },
    refund: async () => ({ status: 'manual' }),
  }),
});
