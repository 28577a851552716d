/** Refunds at YooKassa: asked for by the shop or made in its cabinet. */
import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { StandInRefusal } from './frame/stand-in';
import { change, paymentIn, tell, type YookassaBooks } from './yookassa-books';
import type { RefundOutcome, WireRefund } from './yookassa-objects';
import { kopecks, rubles, type refundRequestSchema } from './yookassa-requests';

/** What was returned or is about to be. */
function returned({ refunds }: YookassaBooks, paymentId: string): bigint {
  const counted = [...refunds.values()].filter(
    (one) => one.payment_id === paymentId && one.status !== 'canceled',
  );
  return counted.reduce((sum, one) => sum + kopecks(one.amount), 0n);
}

// Only a success is told: there is no event for a refund that was canceled.
function end(books: YookassaBooks, refund: WireRefund, outcome: RefundOutcome): WireRefund {
  const { status, reason = 'general_decline' } = outcome;
  const ended: WireRefund = {
    ...refund,
    status,
    ...(status === 'canceled' && { cancellation_details: { party: 'yoo_money', reason } }),
  };
  books.refunds.set(ended.id, ended);
  if (status !== 'succeeded') return ended;
  const row = paymentIn(books, ended.payment_id);
  const before = kopecks(row.payment.refunded_amount ?? rubles(0n));
  change(books, row, { refunded_amount: rubles(before + kopecks(ended.amount)) });
  tell(books, 'refund.succeeded', ended);
  return ended;
}

/** Throws StandInRefusal with a status of the API. */
export function refund(
  books: YookassaBooks,
  request: z.infer<typeof refundRequestSchema>,
): WireRefund {
  const { payment, refundOutcome } = paymentIn(books, request.payment_id, 'succeeded');
  if (returned(books, payment.id) + kopecks(request.amount) > kopecks(payment.amount)) {
    throw new StandInRefusal(400, 'more than is left of the payment');
  }
  const made: WireRefund = {
    id: randomUUID(),
    payment_id: payment.id,
    status: 'pending',
    amount: request.amount,
    ...(request.description !== undefined && { description: request.description }),
    created_at: books.site.now().toISOString(),
    ...(request.metadata && { metadata: request.metadata }),
  };
  return end(books, made, refundOutcome ?? { status: 'succeeded' });
}

/** A refund that was pending ends. */
export function settle(books: YookassaBooks, id: string, outcome: RefundOutcome): WireRefund {
  const refund = books.refunds.get(id);
  if (refund?.status !== 'pending') throw new StandInRefusal(409, 'no such pending refund');
  return end(books, refund, outcome);
}

/** What becomes of the next refunds of a payment. */
export function setOutcome(books: YookassaBooks, id: string, refundOutcome: RefundOutcome): void {
  books.payments.set(id, { ...paymentIn(books, id), refundOutcome });
}
