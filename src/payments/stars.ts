/** Telegram Stars, taken by the bot itself. A charge is refunded whole or not at all. */
import { AppError } from '../domain/errors';
import type { StarsInvoice, TelegramClient } from '../telegram/client';
import type {
  InvoiceOrder,
  PaymentSystem,
  PaymentTraits,
  SystemPage,
  SystemTransaction,
} from './payment-system';

export const starsTraits: PaymentTraits = {
  id: 'stars',
  currencies: ['XTR'],
  refunds: 'full',
  // Telegram keeps an invoice for ever; Easel refuses the payment of an expired one.
  invoiceSeconds: { least: 1, most: 30 * 24 * 3600 },
  graceSeconds: 0,
  // Telegram says when it is paid and cannot be asked.
  pollMs: 60_000,
};

export function createStars(telegram: TelegramClient): PaymentSystem {
  return {
    id: starsTraits.id,
    openInvoice: async (order) => {
      const invoice = invoiceOf(order);
      return order.asLink === true
        ? { payUrl: await telegram.createInvoiceLink(invoice) }
        : telegram.sendInvoice(order.telegramId, invoice);
    },
    refund: async ({ chargeId, telegramId }) => {
      try {
        await telegram.refundStarPayment(telegramId, chargeId);
        return { status: 'refunded' };
      } catch (error) {
        // A clear no of Telegram; anything else is retried, and a repeat of a done refund is a yes.
        const isNo =
          error instanceof AppError &&
          (error.code === 'TELEGRAM_REFUSED' || error.code === 'PERSON_UNREACHABLE');
        if (isNo) return { status: 'refused', detail: error.message };
        throw error;
      }
    },
    listSince: (since, cursor) => listStars(telegram, since, cursor),
  };
}

function invoiceOf({
  paymentId,
  price,
  title,
  description,
  priceLabel,
}: InvoiceOrder): StarsInvoice {
  return { title, description, priceLabel, payload: paymentId, stars: price.amountMinor };
}

const pageSize = 100;

/**
 * Telegram lists from the first transaction ever and only adds to the end, so where `since` begins is
 * found by halving: a page or less before it.
 */
async function offsetOf(telegram: TelegramClient, since: Date): Promise<number> {
  const isEarlier = async (offset: number): Promise<boolean> => {
    const { beginsAt } = await telegram.starTransactions(offset, 1);
    return beginsAt !== undefined && beginsAt < since;
  };
  let [earlier, later] = [0, pageSize];
  while (await isEarlier(later)) [earlier, later] = [later, later * 2];
  while (later - earlier > pageSize) {
    const middle = Math.floor((earlier + later) / 2);
    if (await isEarlier(middle)) earlier = middle;
    else later = middle;
  }
  return earlier;
}

/** The cursor is the offset in Telegram's list. */
async function listStars(
  telegram: TelegramClient,
  since: Date,
  cursor?: string,
): Promise<SystemPage> {
  const offset = cursor === undefined ? await offsetOf(telegram, since) : Number(cursor);
  const page = await telegram.starTransactions(offset, pageSize);
  const transactions = page.transactions
    .filter((row) => row.at >= since)
    .map((row): SystemTransaction => {
      const amount = { amountMinor: row.stars, currency: 'XTR' as const };
      const { chargeId, at } = row;
      const named = row.payload === undefined ? {} : { paymentId: row.payload };
      return row.kind === 'charge'
        ? { kind: 'charge', ...named, charge: { chargeId, paid: amount, at } }
        : {
            kind: 'refund',
            ...named,
            // A refund of Stars has the id of its charge.
            refund: { systemRefundId: chargeId, chargeId, amount, status: 'refunded', at },
          };
    });
  // What is no payment counts too: the offset is one of Telegram's list.
  const isLast = page.listed < pageSize;
  return { transactions, ...(isLast ? {} : { cursor: String(offset + page.listed) }) };
}
