/** Invoices, news about payments, and the one call that gives money back. Runs on the Telegram queue. */
import { AppError, type ErrorCode } from '../domain/errors';
import type { RefundRequest } from '../domain/refund';
import type { Logger } from '../observability/logger';
import type { InvoiceOrder } from '../payments/payment-system';
import type { PaymentSystems } from '../payments/registry';
import type { GivenBonus } from '../storage/deposit-bonuses';
import type { DeliveryStore } from '../storage/delivery-store';
import type { LedgerStore } from '../storage/ledger-store';
import type { Payment, PaymentStore, Refund } from '../storage/payment-store';
import type { PersonStore } from '../storage/person-store';
import {
  expiredPaymentCard,
  heldPaymentAdminCard,
  invoiceTexts,
  refundedPaymentCard,
} from '../telegram/cards';
import type { Card, TelegramClient } from '../telegram/client';
import { paidCard } from '../telegram/payment-cards';
import { tellReferrer } from './bonus-notices';
import { tellAdmin } from './delivery-steps';
import { withMappedFailures } from './failure';
import { createReturnMoney } from './return-money';
import { sendIfReachable, sendOnce } from './send-once';

export interface InvoiceStepsDeps {
  readonly payments: PaymentStore;
  readonly systems: PaymentSystems;
  readonly deliveries: DeliveryStore;
  readonly ledger: LedgerStore;
  readonly persons: PersonStore;
  readonly telegram: TelegramClient;
  /** Telegram ids of the admins. */
  readonly admins: readonly string[];
  readonly now: () => Date;
  readonly logger: Logger;
}

export type InvoiceSteps = ReturnType<typeof createInvoiceSteps>;

export function createInvoiceSteps(deps: InvoiceStepsDeps) {
  const { payments, telegram, deliveries } = deps;
  const returnToPayer = createReturnMoney(deps);
  return withMappedFailures({
    /** Shows the invoice once; for a payment that was opened before, says how it stands. */
    async openInvoice(paymentId: string): Promise<'waiting' | 'paid' | 'expired' | 'failed'> {
      const payment = await payments.get(paymentId);
      if (payment.status === 'created') await offerInvoice(deps, payment);
      else if (payment.status !== 'invoiced') return payment.status;
      return 'waiting';
    },

    async tellPaid(paymentId: string, chargeId: string): Promise<void> {
      const payment = await payments.get(paymentId);
      const bonuses = await payments.bonusesOf({ system: payment.system, chargeId });
      const card = await paidCardOf(deps, { payment, chargeId, bonuses });
      const key = `payment:${paymentId}:paid:${chargeId}`;
      await sendIfReachable(deliveries, {
        key,
        chatId: payment.chatId,
        send: () => telegram.sendText(payment.chatId, card),
      });
      await tellReferrer(deps, key, bonuses);
    },

    async tellHeld(paymentId: string, chargeId: string): Promise<void> {
      deps.logger.error({ paymentId }, 'A charge differs from its payment and is held');
      for (const admin of deps.admins) await tellAdminOfHeld(deps, { admin, paymentId, chargeId });
    },

    /** Takes an expired invoice out of the chat so that nobody pays it by mistake. */
    async closeInvoice(paymentId: string): Promise<void> {
      await takeInvoiceAway(deps, await payments.get(paymentId));
    },

    /** Repeats are harmless: a charge that went back already answers "refunded" again. */
    async returnMoney(refundId: string): Promise<'refunded' | 'refused'> {
      const returned = await returnToPayer(refundId);
      // Nobody can return Stars by hand.
      return returned === 'by_hand' ? 'refused' : returned;
    },

    async tellPaymentRefund(
      paymentId: string,
      request: RefundRequest,
      refusedCode: ErrorCode | undefined,
    ): Promise<void> {
      const payment = await payments.get(paymentId);
      const refundId = `${paymentId}:${request.id}`;
      const refund = refusedCode === undefined ? await payments.getRefund(refundId) : undefined;
      if (refund?.status === 'settled') await tellPersonOfRefund(deps, payment, refund);
      await tellAdmin(deps, {
        key: `payment:${refundId}:refund:admin`,
        actor: request.actor,
        subject: `payment:${paymentId}`,
        refundId: request.id,
        code: refund?.status === 'put_back' ? 'REFUND_REFUSED_BY_SYSTEM' : refusedCode,
      });
    },
  });
}

async function paidCardOf(
  { payments, ledger }: InvoiceStepsDeps,
  paid: {
    readonly payment: Payment;
    readonly chargeId: string;
    readonly bonuses: readonly GivenBonus[];
  },
): Promise<Card> {
  const { payment, chargeId, bonuses } = paid;
  const gifts = bonuses.filter(({ personId }) => personId === payment.personId);
  const worth = await payments.creditedBy(payment.system, chargeId);
  const { available } = await ledger.balance(payment.personId);
  return paidCard({
    language: payment.language,
    tokens: worth ?? payment.packTokens,
    bonus: gifts.reduce((sum, gift) => sum + gift.tokens, 0n),
    balance: available,
  });
}

/** As a message, or as a link for the Mini App; a second link to the same payment harms nobody. */
async function offerInvoice(deps: InvoiceStepsDeps, payment: Payment): Promise<void> {
  const { payments, systems } = deps;
  if (payment.orderedIn === 'chat') return showInvoice(deps, payment);
  const order = await orderOf(deps, payment);
  const { payUrl } = await systems.get(payment.system).openInvoice({ ...order, asLink: true });
  if (payUrl === undefined) throw new AppError('INTERNAL', 'The invoice has no link');
  await payments.invoiceOpened(payment.id, { payUrl });
  await payments.invoiceSent(payment.id);
}

async function orderOf(deps: InvoiceStepsDeps, payment: Payment): Promise<InvoiceOrder> {
  const { telegramId } = await deps.persons.get(payment.personId);
  return {
    paymentId: payment.id,
    telegramId,
    price: payment.price,
    language: payment.language,
    expiresAt: payment.expiresAt,
    ...invoiceTexts({ language: payment.language, tokens: payment.packTokens }),
  };
}

async function showInvoice(deps: InvoiceStepsDeps, payment: Payment): Promise<void> {
  const order = await orderOf(deps, payment);
  await sendOnce(deps.deliveries, {
    key: `payment:${payment.id}:invoice`,
    chatId: payment.chatId,
    send: async () => {
      const { messageId } = await deps.systems.get(payment.system).openInvoice(order);
      await deps.payments.invoiceSent(payment.id, messageId);
      if (messageId === undefined) throw new AppError('INTERNAL', 'The invoice sent no message');
      return { messageId };
    },
  });
  // Repeated on purpose: the message may have been recorded as sent while this was not.
  await deps.payments.invoiceSent(payment.id);
}

async function takeInvoiceAway(deps: InvoiceStepsDeps, payment: Payment): Promise<void> {
  // The page tells it where it was asked for; the chat never heard of this invoice.
  if (payment.orderedIn === 'app') return;
  if (payment.invoiceMessageId !== null) {
    await deps.telegram.deleteMessage(payment.chatId, payment.invoiceMessageId);
  }
  const card = expiredPaymentCard({ language: payment.language });
  await sendOnce(deps.deliveries, {
    key: `payment:${payment.id}:expired`,
    chatId: payment.chatId,
    send: () => deps.telegram.sendText(payment.chatId, card),
  });
}

async function tellAdminOfHeld(
  deps: InvoiceStepsDeps,
  held: { readonly admin: string; readonly paymentId: string; readonly chargeId: string },
): Promise<void> {
  const person = await deps.persons.byTelegramId(BigInt(held.admin));
  if (person === null) return;
  const card = heldPaymentAdminCard({ language: person.language, paymentId: held.paymentId });
  await sendIfReachable(deps.deliveries, {
    key: `payment:${held.paymentId}:held:${held.chargeId}:${held.admin}`,
    chatId: person.telegramId,
    send: () => deps.telegram.sendText(person.telegramId, card),
  });
}

export async function tellPersonOfRefund(
  deps: Pick<InvoiceStepsDeps, 'deliveries' | 'ledger' | 'payments' | 'telegram'>,
  payment: Payment,
  refund: Pick<Refund, 'id' | 'tokens' | 'amount' | 'charged'>,
): Promise<void> {
  const { available, debt } = await deps.ledger.balance(payment.personId);
  const gifts = await deps.payments.bonusesTakenBack(refund.id);
  const own = gifts.filter(({ personId }) => personId === payment.personId);
  const card = refundedPaymentCard({
    language: payment.language,
    money: refund.amount,
    charged: refund.charged,
    tokens: refund.tokens,
    bonus: own.reduce((sum, gift) => sum + gift.tokens, 0n),
    debtTokens: debt,
    balance: available,
  });
  await sendIfReachable(deps.deliveries, {
    key: `payment:${refund.id}:refund:person`,
    chatId: payment.chatId,
    send: () => deps.telegram.sendText(payment.chatId, card),
  });
}
