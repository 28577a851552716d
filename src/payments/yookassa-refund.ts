/** Refunds at YooKassa: whole or in parts, each made once however often it is asked for. */
import { refusedWhenImpossible } from './ask';
import {
  PaymentSystemError,
  type RefundOrder,
  type RefundReport,
  type SystemRefund,
} from './payment-system';
import {
  refundSchema,
  yookassaAmount,
  yookassaMoney,
  type YookassaApi,
  type YookassaRefund,
} from './yookassa-api';
import { receiptMark, receiptOf, type ReceiptSettings } from './yookassa-receipt';

const descriptionMax = 250;
const hourMs = 3_600_000;

const refundStatusOf = { pending: 'pending', succeeded: 'refunded', canceled: 'refused' } as const;

interface Shop {
  readonly api: YookassaApi;
  readonly receipts: ReceiptSettings;
}

/** The day's takings were below the refund: nothing moved, and later it may work. */
const isForLater = ({ status, cancellation_details: details }: YookassaRefund): boolean =>
  status === 'canceled' && details?.reason === 'insufficient_funds';

/** A refund as the port tells it; none in money Easel cannot count, nor one that is tried again. */
export function refundOf(refund: YookassaRefund): readonly SystemRefund[] {
  const amount = yookassaMoney(refund.amount);
  if (amount === undefined || isForLater(refund)) return [];
  const reference = refund.metadata?.['refund_id'];
  return [
    {
      systemRefundId: refund.id,
      chargeId: refund.payment_id,
      amount,
      status: refundStatusOf[refund.status],
      ...(reference !== undefined && { reference }),
      at: refund.created_at,
      ...(refund.status === 'succeeded' && receiptMark(refund)),
    },
  ];
}

/** Every refund of a payment, those of the cabinet too. */
export const refundsOf = (
  { api }: Pick<Shop, 'api'>,
  chargeId: string,
): Promise<readonly YookassaRefund[]> =>
  api.list(refundSchema, '/refunds', { payment_id: chargeId });

function reportOf(refund: YookassaRefund): RefundReport {
  const reason = refund.cancellation_details?.reason;
  return {
    status: refundStatusOf[refund.status],
    systemRefundId: refund.id,
    ...(reason !== undefined && { detail: reason }),
  };
}

/** Our refunds of this order: those that were canceled for later, and the one that counts. */
async function refundsByUs(
  shop: Shop,
  order: RefundOrder,
): Promise<{ readonly tries: number; readonly settled: YookassaRefund | undefined }> {
  const ours = (await refundsOf(shop, order.chargeId)).filter(
    ({ metadata }) => metadata?.['refund_id'] === order.refundId,
  );
  return { tries: ours.length, settled: ours.find((one) => !isForLater(one)) };
}

/**
 * Looks first: YooKassa forgets a key after 24 hours and would refund again. One canceled for want of
 * takings keeps its key, so the next try has a key with the number of tries before it.
 */
export function makeRefund(shop: Shop, order: RefundOrder): Promise<RefundReport> {
  return refusedWhenImpossible(async () => {
    const { tries, settled } = await refundsByUs(shop, order);
    if (settled) return reportOf(settled);
    const receipt = receiptOf(shop.receipts, { ...order, description: order.sold });
    const body = {
      payment_id: order.chargeId,
      amount: yookassaAmount(order.amount),
      description: order.description.slice(0, descriptionMax),
      metadata: { refund_id: order.refundId, payment_id: order.paymentId },
      ...(receipt && { receipt }),
    };
    const key = tries === 0 ? order.refundId : `${order.refundId}:${tries}`;
    const made = await shop.api.post(refundSchema, '/refunds', { key, body });
    if (!isForLater(made)) return reportOf(made);
    throw new PaymentSystemError('transient', 'refund canceled: insufficient_funds', hourMs);
  });
}

/** One canceled for later is none: the next `makeRefund` makes another. */
export async function findRefund(
  shop: Shop,
  order: RefundOrder,
): Promise<RefundReport | undefined> {
  const { systemRefundId: id } = order;
  if (id === undefined) {
    const { settled } = await refundsByUs(shop, order);
    return settled && reportOf(settled);
  }
  const found = await shop.api.get(refundSchema, `/refunds/${encodeURIComponent(id)}`);
  // The core waits for this very refund, and it is over: whoever wants another asks anew.
  return reportOf(found);
}
