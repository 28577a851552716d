/** What an invoice of Heleket says of money: what arrived, what was kept, what went back. */
import { isCurrency, moneyOf, type Money } from '../domain/money';
import { moneyTimes } from './decimals';
import type { HeleketInvoice } from './heleket-api';
import type {
  PaymentReport,
  SystemCharge,
  SystemRefund,
  SystemTransaction,
} from './payment-system';

/** How a payment stands, by Heleket's status. */
export const stateOf: Readonly<Record<HeleketInvoice['payment_status'], PaymentReport['state']>> = {
  check: 'open',
  process: 'processing',
  confirm_check: 'processing',
  wrong_amount_waiting: 'processing',
  paid: 'closed',
  paid_over: 'closed',
  wrong_amount: 'closed',
  cancel: 'closed',
  fail: 'closed',
  system_fail: 'closed',
  locked: 'closed',
  refund_process: 'closed',
  refund_paid: 'closed',
  refund_fail: 'closed',
};

const withoutCharge = new Set<HeleketInvoice['payment_status']>(['cancel', 'fail', 'system_fail']);

export function priceOf({ amount, currency }: HeleketInvoice): Money | undefined {
  return isCurrency(currency) ? moneyOf(amount, currency) : undefined;
}

/** The share of the price that arrived, when more or less than asked did. */
function paidOf(invoice: HeleketInvoice, price: Money): Money | undefined {
  const { payment_status: status, payment_amount: arrived, payer_amount: asked } = invoice;
  if (status === 'paid') return price;
  return arrived && asked ? moneyTimes(price, arrived, asked) : undefined;
}

/** Heleket says "paid over" or "wrong amount"; sums that say otherwise are for a person to look at. */
function isDoubtful(
  { payment_status: status }: HeleketInvoice,
  paid: Money,
  price: Money,
): boolean {
  if (status === 'locked') return true;
  if (status === 'paid_over') return paid.amountMinor < price.amountMinor;
  return status === 'wrong_amount' && paid.amountMinor >= price.amountMinor;
}

function feeOf(
  { commission, payer_amount: asked }: HeleketInvoice,
  price: Money,
): Money | undefined {
  return commission && asked ? moneyTimes(price, commission, asked) : undefined;
}

export function chargeOf(
  invoice: HeleketInvoice,
  returnsToSender: boolean,
): SystemCharge | undefined {
  const price = priceOf(invoice);
  const isOver = stateOf[invoice.payment_status] === 'closed';
  if (price === undefined || !isOver || withoutCharge.has(invoice.payment_status)) return undefined;
  const paid = paidOf(invoice, price) ?? price;
  const fee = feeOf(invoice, price);
  const address = returnsToSender ? invoice.from : undefined;
  return {
    chargeId: invoice.uuid,
    paid,
    at: invoice.updated_at ?? invoice.created_at,
    ...(fee && { fee }),
    ...(isDoubtful(invoice, paid, price) && { doubt: 'frozen' }),
    ...(address && { refundHandle: address }),
  };
}

export const refundStatusOf = {
  refund_process: 'pending',
  refund_paid: 'refunded',
  refund_fail: 'refused',
} as const;

type RefundStatus = keyof typeof refundStatusOf;

export const isRefund = (status: HeleketInvoice['payment_status']): status is RefundStatus =>
  status in refundStatusOf;

// A payment is returned once and whole, so its refund needs no id of its own.
export const refundIdOf = (uuid: string): string => `${uuid}:refund`;

export function refundsOf(invoice: HeleketInvoice, charge: SystemCharge): readonly SystemRefund[] {
  const { payment_status: status, uuid } = invoice;
  if (!isRefund(status)) return [];
  return [
    {
      systemRefundId: refundIdOf(uuid),
      chargeId: uuid,
      amount: charge.paid,
      status: refundStatusOf[status],
      at: invoice.updated_at ?? invoice.created_at,
    },
  ];
}

/** All that one invoice brought about. */
export function transactionsOf(
  invoice: HeleketInvoice,
  returnsToSender: boolean,
): readonly SystemTransaction[] {
  const charge = chargeOf(invoice, returnsToSender);
  if (charge === undefined) return [];
  const paymentId = invoice.order_id;
  return [
    { kind: 'charge', paymentId, charge },
    ...refundsOf(invoice, charge).map(
      (one) => ({ kind: 'refund', paymentId, refund: one }) as const,
    ),
  ];
}
