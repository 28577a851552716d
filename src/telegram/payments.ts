/** Stars: the answer before a payment, refunds, and Telegram's own list of what moved. */
import type { TelegramStarTransaction } from '@gramio/types/objects';
import { AppError } from '../domain/errors';
import type { BotApi } from './bot-api';
import type { StarTransaction, TelegramClient } from './client';
import { firstCharacters } from './excerpt';
import { starsFields } from './sends';

type Payments = Pick<
  TelegramClient,
  'answerPreCheckout' | 'createInvoiceLink' | 'refundStarPayment' | 'starTransactions'
>;

/** Of the ten seconds Telegram gives, one attempt may take this much. */
const PRE_CHECKOUT_TIMEOUT_MS = 4000;
const REASON_MAX = 200;

export function createPayments(api: BotApi): Payments {
  return {
    async answerPreCheckout(queryId, answer) {
      const verdict = answer.ok
        ? { ok: true }
        : { ok: false, error_message: firstCharacters(answer.message, REASON_MAX) };
      await api.call(
        'answerPreCheckoutQuery',
        { pre_checkout_query_id: queryId, ...verdict },
        { timeoutMs: PRE_CHECKOUT_TIMEOUT_MS },
      );
    },
    createInvoiceLink: (invoice) => api.call('createInvoiceLink', starsFields(invoice)),
    async refundStarPayment(telegramId, chargeId) {
      const charge = { user_id: Number(telegramId), telegram_payment_charge_id: chargeId };
      try {
        await api.call('refundStarPayment', charge, { once: true });
      } catch (error) {
        const isDone =
          error instanceof AppError && error.message.includes('CHARGE_ALREADY_REFUNDED');
        if (!isDone) throw error;
      }
    },
    async starTransactions(offset, limit) {
      const { transactions } = await api.call('getStarTransactions', { offset, limit });
      const [first] = transactions;
      return {
        transactions: transactions.map(readTransaction).filter((read) => read !== undefined),
        listed: transactions.length,
        ...(first && { beginsAt: new Date(first.date * 1000) }),
      };
    },
  };
}

/** Undefined for what is neither a person's payment nor its refund: withdrawals, gifts, adverts. */
function readTransaction(raw: TelegramStarTransaction): StarTransaction | undefined {
  const partner = raw.source ?? raw.receiver;
  const isInvoice = partner?.type === 'user' && partner.transaction_type === 'invoice_payment';
  if (!isInvoice) return undefined;
  const payload = partner.invoice_payload;
  return {
    chargeId: raw.id,
    kind: raw.source === undefined ? 'refund' : 'charge',
    stars: BigInt(raw.amount),
    at: new Date(raw.date * 1000),
    ...(payload === undefined ? {} : { payload }),
  };
}
