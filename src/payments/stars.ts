/** Telegram Stars, taken by the bot itself. A charge is refunded whole or not at all. */
import { AppError } from '../domain/errors';
import type { TelegramClient } from '../telegram/client';
import type { PaymentSystem } from './payment-system';

export const starsId = 'stars';

export function createStars(telegram: TelegramClient): PaymentSystem {
  return {
    id: starsId,
    openInvoice: ({ paymentId, telegramId, price, title, description, priceLabel }) =>
      telegram.sendInvoice(telegramId, {
        title,
        description,
        priceLabel,
        payload: paymentId,
        stars: price.amountMinor,
      }),
    refund: async ({ chargeId, telegramId }) => {
      try {
        await telegram.refundStarPayment(telegramId, chargeId);
        return { outcome: 'refunded' };
      } catch (error) {
        // A clear no of Telegram; anything else is retried, and a repeat of a done refund is a yes.
        const isNo =
          error instanceof AppError &&
          (error.code === 'TELEGRAM_REFUSED' || error.code === 'PERSON_UNREACHABLE');
        if (isNo) return { outcome: 'refused', detail: error.message };
        throw error;
      }
    },
    list: async (offset, limit) => {
      const transactions = await telegram.starTransactions(offset, limit);
      return transactions.map((transaction) => ({
        chargeId: transaction.chargeId,
        kind: transaction.kind,
        price: { amountMinor: transaction.stars, currency: 'XTR' as const },
        at: transaction.at,
        ...(transaction.payload === undefined ? {} : { paymentId: transaction.payload }),
      }));
    },
  };
}
