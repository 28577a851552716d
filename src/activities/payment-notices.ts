/** What people and admins are told about payments outside the chat. Runs on the Telegram queue. */
import type { ErrorCode } from '../domain/errors';
import { missingThere } from '../domain/payment';
import type { Logger } from '../observability/logger';
import type { DeliveryStore } from '../storage/delivery-store';
import type { LedgerStore } from '../storage/ledger-store';
import type { Payment, PaymentStore, Refund } from '../storage/payment-store';
import type { PersonStore } from '../storage/person-store';
import type { Card, TelegramClient } from '../telegram/client';
import {
  frozenCard,
  heldChargeCard,
  inReviewCard,
  payCard,
  payFailedCard,
  refundNewsCard,
  type RefundNews,
} from '../telegram/payment-cards';
import type { Language } from '../texts/texts';
import { withMappedFailures } from './failure';
import { tellPersonOfRefund } from './invoice-steps';
import { sendIfReachable, sendOnce } from './send-once';

export interface PaymentNoticesDeps {
  readonly payments: PaymentStore;
  readonly persons: PersonStore;
  readonly ledger: LedgerStore;
  readonly deliveries: DeliveryStore;
  readonly telegram: TelegramClient;
  /** Telegram ids of the admins. */
  readonly admins: readonly string[];
  readonly logger: Logger;
}

export type PaymentNotices = ReturnType<typeof createPaymentNotices>;

export function createPaymentNotices(deps: PaymentNoticesDeps) {
  const { payments, telegram, deliveries } = deps;
  const tellPerson = (payment: Payment, news: string, card: Card) =>
    sendOnce(deliveries, {
      key: `payment:${payment.id}:${news}`,
      chatId: payment.chatId,
      send: () => telegram.sendText(payment.chatId, card),
    });
  return withMappedFailures({
    /** Shows once where and how to pay. */
    async showPayment(paymentId: string): Promise<void> {
      const payment = await payments.get(paymentId);
      const card = payCard({ ...payment, paymentId, tokens: payment.packTokens });
      // In the Mini App the page shows it; its people need never have written to the bot.
      const show = payment.orderedIn === 'app' ? sendIfReachable : sendOnce;
      await show(deliveries, {
        key: `payment:${paymentId}:invoice`,
        chatId: payment.chatId,
        send: async () => {
          const sent = await telegram.sendText(payment.chatId, card);
          await payments.invoiceSent(paymentId, sent.messageId);
          return sent;
        },
      });
      // Repeated on purpose: the message may have been recorded as sent while this was not.
      await payments.invoiceSent(paymentId);
    },

    async tellPayFailed(paymentId: string, code: ErrorCode): Promise<void> {
      const payment = await payments.get(paymentId);
      await tellPerson(payment, 'failed', payFailedCard({ language: payment.language, code }));
    },

    /** Nothing is said of a charge that was decided or credited in the meantime. */
    async tellInReview(paymentId: string, chargeId: string): Promise<void> {
      const payment = await payments.get(paymentId);
      const held = await payments.heldCharge(payment.system, chargeId);
      if (held === null) return;
      const { heldFor, paid } = held;
      const { system, price, language } = payment;
      deps.logger.warn({ paymentId, heldFor }, 'A charge is held for an admin');
      const news = { system, paymentId, chargeId, heldFor, paid, price };
      await tellAdmins(deps, `payment:${paymentId}:held:${chargeId}:${heldFor}`, (adminLanguage) =>
        heldChargeCard({ ...news, language: adminLanguage }),
      );
      await tellPerson(payment, `review:${chargeId}`, inReviewCard({ language }));
    },

    /** A refund made at the system itself or that came back; a freeze that began or is over. */
    async tellForeignRefund(paymentId: string, refundId: string): Promise<void> {
      const payment = await payments.get(paymentId);
      const refund = await payments.getRefund(refundId);
      const news = newsOf(refund);
      await tellAdminsOfRefund(deps, refund, news);
      if (news === 'cabinet') {
        await tellPersonOfRefund(deps, payment, refund);
        return;
      }
      const card = frozenCard({ language: payment.language, news });
      await tellPerson(payment, `${refundId}:${news}`, card);
    },

    /** The payment system cannot return this money: an admin has to. */
    async tellByHand(refundId: string): Promise<void> {
      await tellAdminsOfRefund(deps, await payments.getRefund(refundId), 'by_hand');
    },
  });
}

function newsOf({ origin, status, reason }: Refund): Exclude<RefundNews, 'by_hand'> {
  if (origin !== 'dispute') return status === 'put_back' ? 'came_back' : 'cabinet';
  if (reason === missingThere) return status === 'put_back' ? 'missing_over' : 'missing';
  return status === 'put_back' ? 'dispute_over' : 'dispute';
}

async function tellAdminsOfRefund(
  deps: PaymentNoticesDeps,
  refund: Refund,
  news: RefundNews,
): Promise<void> {
  const { id, paymentId, chargeId, amount } = refund;
  await tellAdmins(deps, `payment:${id}:${news}`, (language) =>
    refundNewsCard({ language, news, paymentId, refundId: id, chargeId, amount }),
  );
}

/** An admin who has not talked to the bot is not told, nor is one who blocked it; the others are. */
async function tellAdmins(
  { admins, persons, telegram, deliveries }: PaymentNoticesDeps,
  key: string,
  card: (language: Language) => Card,
): Promise<void> {
  for (const id of admins) {
    const admin = await persons.byTelegramId(BigInt(id));
    if (admin === null) continue;
    await sendIfReachable(deliveries, {
      key: `${key}:${id}`,
      chatId: admin.telegramId,
      send: () => telegram.sendText(admin.telegramId, card(admin.language)),
    });
  }
}
