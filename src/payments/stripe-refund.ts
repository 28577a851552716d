/** Refunds at Stripe: whole or in parts, each made once however often it is asked for. */
import type Stripe from 'stripe';
import type { SystemRefund } from '../domain/charge';
import { refusedWhenImpossible } from './ask';
import type { RefundOrder, RefundReport } from './payment-system';
import { asking, doing, stripeDate, stripeMinor, stripeMoney } from './stripe-client';

const pageSize = 100;
const refundsMax = 1000;

const idOf = (whole: string | { readonly id: string } | null): string =>
  whole === null ? '' : typeof whole === 'string' ? whole : whole.id;

function statusOf({ status }: Stripe.Refund): SystemRefund['status'] {
  if (status === 'succeeded') return 'refunded';
  return status === 'failed' || status === 'canceled' ? 'refused' : 'pending';
}

/** A refund as the port tells it. */
export function refundOf(refund: Stripe.Refund): SystemRefund {
  const reference = refund.metadata?.['refund_id'];
  return {
    systemRefundId: refund.id,
    chargeId: idOf(refund.payment_intent),
    amount: stripeMoney(refund.amount, refund.currency),
    status: statusOf(refund),
    ...(reference !== undefined && { reference }),
    at: stripeDate(refund.created),
  };
}

/** Every refund of a charge, those of the dashboard too. */
export function refundsOf(stripe: Stripe, chargeId: string): Promise<readonly Stripe.Refund[]> {
  const query = { payment_intent: chargeId, limit: pageSize };
  return asking(() => stripe.refunds.list(query).autoPagingToArray({ limit: refundsMax }));
}

function reportOf(refund: Stripe.Refund): RefundReport {
  const detail = refund.failure_reason;
  return {
    status: statusOf(refund),
    systemRefundId: refund.id,
    ...(typeof detail === 'string' && { detail }),
  };
}

/** By its id, or among those of the charge by ours. */
export async function findRefund(
  stripe: Stripe,
  order: RefundOrder,
): Promise<RefundReport | undefined> {
  const { systemRefundId: id, refundId, chargeId } = order;
  if (id !== undefined) return reportOf(await asking(() => stripe.refunds.retrieve(id)));
  const all = await refundsOf(stripe, chargeId);
  const ours = all.find(({ metadata }) => metadata?.['refund_id'] === refundId);
  return ours && reportOf(ours);
}

/** Looks first: Stripe may forget a key after 24 hours and would refund again. */
export async function makeRefund(stripe: Stripe, order: RefundOrder): Promise<RefundReport> {
  const { refundId, paymentId, chargeId, amount } = order;
  const params = {
    payment_intent: chargeId,
    amount: stripeMinor(amount),
    metadata: { refund_id: refundId, payment_id: paymentId },
  };
  return refusedWhenImpossible(async () => {
    const found = await findRefund(stripe, order);
    if (found) return found;
    const made = await doing(() => stripe.refunds.create(params, { idempotencyKey: refundId }));
    return reportOf(made);
  });
}
