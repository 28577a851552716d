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

type Status = HeleketInvoice['payment_status'];

const stateOfStatus: Readonly<Record<Status, PaymentReport['state']>> = {
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

const withoutCharge = new Set<Status>(['cancel', 'fail', 'system_fail']);
const good = new Set<Status>(['paid', 'paid_over']);

/** How a payment stands. What is paid counts only once Heleket says that nothing will change it. */
export function stateOf({
  payment_status: status,
  is_final: isFinal,
}: HeleketInvoice): PaymentReport['state'] {
  return good.has(status) && !isFinal ? 'processing' : stateOfStatus[status];
}

export function priceOf({ amount, currency }: HeleketInvoice): Money | undefined {
  return isCurrency(currency) ? moneyOf(amount, currency) : undefined;
}

/** The share of the price that arrived, when more or less than asked did. */
function paidOf(invoice: HeleketInvoice, price: Money): Money | undefined {
  const { payment_status: status, payment_amount: arrived, payer_amount: asked } = invoice;
  if (status === 'paid') return price;
  return arrived && asked ? moneyTimes(price, arrived, asked) : undefined;
}

/**
 * Held back by a check or on its way back, money is nobody's to spend; what was credited before is taken
 * back by the refund. Sums that deny "paid over" or "wrong amount" are for a person to look at.
 */
function isDoubtful(
  { payment_status: status }: HeleketInvoice,
  paid: Money,
  price: Money,
): boolean {
  if (status === 'locked' || isRefund(status)) return true;
  if (status === 'paid_over') return paid.amountMinor < price.amountMinor;
  return status === 'wrong_amount' && paid.amountMinor >= price.amountMinor;
}

function feeOf(
  { commission, payer_amount: asked }: HeleketInvoice,
  price: Money,
): Money | undefined {
  return commission && asked ? moneyTimes(price, commission, asked) : undefined;
}

// An invoice can be paid for half a day at most.
const lifeMs = 12 * 3_600_000;

/** Heleket tells only of the last change, and what changes later is a check or a refund. */
function paidAt({ created_at: madeAt, updated_at: changedAt }: HeleketInvoice): Date {
  const latest = new Date(madeAt.getTime() + lifeMs);
  return changedAt && changedAt > latest ? latest : (changedAt ?? madeAt);
}

export function chargeOf(
  invoice: HeleketInvoice,
  returnsToSender: boolean,
): SystemCharge | undefined {
  const price = priceOf(invoice);
  const isOver = stateOf(invoice) === 'closed';
  if (price === undefined || !isOver || withoutCharge.has(invoice.payment_status)) return undefined;
  const paid = paidOf(invoice, price) ?? price;
  const fee = feeOf(invoice, price);
  const address = returnsToSender ? invoice.from : undefined;
  return {
    chargeId: invoice.uuid,
    paid,
    at: paidAt(invoice),
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

export const isRefund = (status: Status): status is RefundStatus => status in refundStatusOf;

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
  const named = invoice.order_id ? { paymentId: invoice.order_id } : {};
  return [
    { kind: 'charge', ...named, charge },
    ...refundsOf(invoice, charge).map(
      (one) => ({ kind: 'refund', ...named, refund: one }) as const,
    ),
  ];
}
