/** Returning money through a payment system, until it has said yes or no. */
import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import { errorTable } from '../domain/errors';
import { nextLookMs } from '../domain/payment';
import type { Logger } from '../observability/logger';
import {
  PaymentSystemError,
  type PaymentSystem,
  type RefundOrder,
  type RefundReport,
} from '../payments/payment-system';
import type { PaymentSystems } from '../payments/registry';
import type { Payment, PaymentStore, Refund } from '../storage/payment-store';
import type { PersonStore } from '../storage/person-store';
import { invoiceTexts } from '../telegram/cards';
import { toAppError } from './failure';

export interface ReturnMoneyDeps {
  readonly payments: PaymentStore;
  readonly persons: PersonStore;
  readonly systems: PaymentSystems;
  readonly now: () => Date;
  readonly logger: Logger;
}

/** `by_hand`: this system cannot; an admin returns the money and says so. */
export type Returned = 'refunded' | 'refused' | 'by_hand';

/** The owner has to act (keys, balance of the shop): asked again at this pace. */
const ownersPaceMs = 10 * 60 * 1000;

/**
 * The step `returnToPayer`. The row keeps that it was sent before the call is made, so that a repeat
 * looks before it sends. A pending refund is a benign failure with the delay to the next look.
 */
export function createReturnMoney(deps: ReturnMoneyDeps) {
  return async function returnToPayer(refundId: string): Promise<Returned> {
    const refund = await deps.payments.getRefund(refundId);
    if (refund.status === 'settled') return 'refunded';
    if (refund.status !== 'clawed_back') return 'refused';
    if (refund.manual) return 'by_hand';
    const payment = await deps.payments.get(refund.paymentId);
    const ready = deps.systems.ready.get(refund.system);
    // Switched off since: nobody can be asked, but the money is still owed.
    if (ready === undefined) return 'by_hand';
    const order = await orderOf(deps, payment, refund);
    const report = await reportOn(deps, ready.system, order);
    if (report.systemRefundId !== undefined) {
      await deps.payments.nameReturn(refundId, report.systemRefundId);
    }
    if (report.status === 'manual') return 'by_hand';
    if (report.status !== 'pending') return report.status;
    const ageMs = deps.now().getTime() - refund.createdAt.getTime();
    throw stillPending(nextLookMs(ageMs, ready.definition.pollMs));
  };
}

async function orderOf(
  { persons }: ReturnMoneyDeps,
  payment: Payment,
  refund: Refund,
): Promise<RefundOrder> {
  const buyer = await persons.get(payment.personId);
  const { receiptEmail: email } = payment;
  return {
    refundId: refund.id,
    paymentId: refund.paymentId,
    chargeId: refund.chargeId,
    telegramId: refund.telegramId ?? buyer.telegramId,
    amount: refund.amount,
    charged: refund.charged,
    description: `Refund of ${refund.paymentId}`,
    sold: invoiceTexts({ language: payment.language, tokens: payment.packTokens }).description,
    ...(refund.refundHandle === null ? {} : { refundHandle: refund.refundHandle }),
    ...(refund.systemRefundId === null ? {} : { systemRefundId: refund.systemRefundId }),
    ...(email === null ? {} : { email }),
  };
}

/** Sends it, or looks up what became of it when it was sent before. */
async function reportOn(
  deps: ReturnMoneyDeps,
  system: PaymentSystem,
  order: RefundOrder,
): Promise<RefundReport> {
  const isFirst = await deps.payments.startReturn(order.refundId);
  try {
    const found = isFirst ? undefined : await lookUp(system, order);
    if (found !== undefined) return found;
    return await send(deps, system, { order, isFirst });
  } catch (error) {
    throw error instanceof PaymentSystemError ? tryLater(deps, order, error) : error;
  }
}

async function lookUp(
  system: PaymentSystem,
  order: RefundOrder,
): Promise<RefundReport | undefined> {
  if (system.fetchRefund === undefined) return undefined;
  const found = await system.fetchRefund(order);
  if (found === undefined && order.systemRefundId !== undefined) {
    // It was there and is not found now: a second one might be paid as well.
    throw new PaymentSystemError('transient', 'a refund that was begun is not found');
  }
  return found;
}

/** After a call whose answer was lost, a no may come from that one having been carried out, late. */
async function send(
  deps: ReturnMoneyDeps,
  system: PaymentSystem,
  { order, isFirst }: { readonly order: RefundOrder; readonly isFirst: boolean },
): Promise<RefundReport> {
  const answer = await call(deps, system, { order, isFirst });
  const isDoubtful = answer.status === 'refused' && !isFirst;
  return (isDoubtful ? await lookUp(system, order) : undefined) ?? answer;
}

async function call(
  { payments }: ReturnMoneyDeps,
  system: PaymentSystem,
  { order, isFirst }: { readonly order: RefundOrder; readonly isFirst: boolean },
): Promise<RefundReport> {
  try {
    return await system.refund(order);
  } catch (error) {
    if (!(error instanceof PaymentSystemError)) throw error;
    if (error.failure === 'invalid' || error.failure === 'not-found') {
      if (order.systemRefundId === undefined) return { status: 'refused', detail: error.message };
      throw new PaymentSystemError('transient', 'a refund that was begun cannot be asked about');
    }
    // Only the first call can say that nothing was sent; a later one does not know of those before.
    if (isFirst && error.failure !== 'unknown') await payments.returnNotSent(order.refundId);
    throw error;
  }
}

/** The money is owed, so it is tried again for as long as it takes. */
function tryLater(
  { logger }: ReturnMoneyDeps,
  { refundId }: RefundOrder,
  error: PaymentSystemError,
): ApplicationFailure {
  const { code, message, retryAfterMs = 0 } = toAppError(error);
  const isOurs = !errorTable[code].retry;
  if (isOurs) logger.error({ refundId, code }, 'A refund is held up by our account');
  const delayMs = Math.max(retryAfterMs, isOurs ? ownersPaceMs : 0);
  return ApplicationFailure.create({
    type: code,
    message,
    ...(delayMs > 0 ? { nextRetryDelay: delayMs } : {}),
  });
}

function stillPending(delayMs: number): ApplicationFailure {
  return ApplicationFailure.create({
    type: 'PAYMENT_STILL_OPEN',
    message: 'The payment system has not decided on the refund yet',
    category: ApplicationFailureCategory.BENIGN,
    nextRetryDelay: delayMs,
  });
}
