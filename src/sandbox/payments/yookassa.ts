/**
 * Plays YooKassa: payments by link with and without a code of the bank, holds, refunds whole and in
 * parts, kept answers by Idempotence-Key, unsigned webhooks repeated until exactly 200.
 *
 * Actions besides the page's buttons: `pay {amount?, currency?, test?, accountId?}`, `fail {reason?}`,
 * `refund {amount?}` (made in the cabinet), `refundOutcome {status, reason?}` for the next refunds of
 * a payment, `settle {status, reason?}` for a pending refund, `receipt {status}`: what the cash register
 * says to the receipt of a payment or refund.
 */
import { z } from 'zod';
import {
  defineStandIn,
  StandInRefusal,
  type StandInAction,
  type WebhookRule,
} from './frame/stand-in';
import type { PayPage } from './frame/pay-page';
import { pageTexts } from './frame/pay-page-texts';
import { createYookassaApi } from './yookassa-api';
import { change, openBooks, type YookassaBooks } from './yookassa-books';
import type { PaymentRow, ReceiptRegistration, WirePayment, WireRefund } from './yookassa-objects';
import { kopecks, refusalBody, rubles } from './yookassa-requests';
import { cancel, expirePayments, pay, secure } from './yookassa-payments';
import { refund, setOutcome, settle } from './yookassa-refunds';

// The intervals are not published, only that it goes on for 24 hours from the event.
const repeatSeconds = [10, 30, 60, 300, 900, 1800, ...Array.from({ length: 23 }, () => 3600)];

const webhooks: WebhookRule = {
  nextInSeconds: (attempt) => repeatSeconds[attempt - 1],
  isTaken: (status) => status === 200,
};

const paySchema = z.object({
  amount: z
    .string()
    .regex(/^\d{1,9}\.\d{2}$/)
    .optional(),
  currency: z.string().optional(),
  test: z.boolean().optional(),
  accountId: z.string().optional(),
});
const reasonSchema = z.object({ reason: z.string().default('general_decline') });
const refundSchema = z.object({ amount: z.string().optional() });
const outcomeSchema = z.object({
  status: z.enum(['pending', 'succeeded', 'canceled']),
  reason: z.string().optional(),
});
const receiptSchema = z.object({ status: z.enum(['pending', 'succeeded', 'canceled']) });

/** Leaves out what is undefined: absent and undefined differ in our types. */
function present<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(value).filter(([, one]) => one !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}

/** A payment by its id, or the last one of an order. */
function rowOf({ payments }: YookassaBooks, id: string): PaymentRow {
  const isOfOrder = ({ payment }: PaymentRow): boolean => payment.metadata['payment_id'] === id;
  const row = payments.get(id) ?? [...payments.values()].findLast(isOfOrder);
  if (!row) throw new StandInRefusal(404, 'no such payment');
  return row;
}

/** Nothing is told of it: a shop finds it when it reads the object. */
function setReceipt(
  books: YookassaBooks,
  id: string,
  registration: ReceiptRegistration,
): WirePayment | WireRefund {
  const refund = books.refunds.get(id);
  if (!refund) return change(books, rowOf(books, id), { receipt_registration: registration });
  const changed = { ...refund, receipt_registration: registration };
  books.refunds.set(id, changed);
  return changed;
}

const leftOf = ({ amount, refunded_amount: returned = rubles(0n) }: WirePayment): bigint =>
  kopecks(amount) - kopecks(returned);

function actionsOf(books: YookassaBooks): Readonly<Record<string, StandInAction>> {
  const idOf = (id: string): string => rowOf(books, id).payment.id;
  const payIt: StandInAction = (id, body) => {
    const { payment } = rowOf(books, id);
    const { amount, currency, ...odd } = paySchema.parse(body);
    const paid = {
      value: amount ?? payment.amount.value,
      currency: currency ?? payment.amount.currency,
    };
    return pay(books, payment.id, { ...present(odd), amount: paid });
  };
  // Not in life, where the shop names the sum; a shop must notice it all the same.
  const payPart = (id: string, halves: bigint): unknown => {
    const { payment } = rowOf(books, id);
    const { value } = rubles((kopecks(payment.amount) * halves) / 2n);
    return payIt(payment.id, { amount: value });
  };
  return {
    pay: payIt,
    enterCode: payIt,
    underpay: (id) => payPart(id, 1n),
    overpay: (id) => payPart(id, 3n),
    secure: (id) => secure(books, idOf(id)),
    fail: (id, body) => {
      const { reason } = reasonSchema.parse(body);
      return cancel(books, idOf(id), { party: 'payment_network', reason });
    },
    expire: (id) =>
      cancel(books, idOf(id), { party: 'yoo_money', reason: 'expired_on_confirmation' }),
    refund: (id, body) => {
      const { payment } = rowOf(books, id);
      const value = refundSchema.parse(body).amount ?? rubles(leftOf(payment)).value;
      return refund(books, { payment_id: payment.id, amount: { value, currency: 'RUB' } });
    },
    refundOutcome: (id, body) => setOutcome(books, idOf(id), present(outcomeSchema.parse(body))),
    receipt: (id, body) => setReceipt(books, id, receiptSchema.parse(body).status),
    settle: (id, body) => settle(books, id, present(outcomeSchema.parse(body))),
  };
}

type Standing = Pick<PayPage, 'state' | 'buttons' | 'lines'>;

/** How a payment stands and what can be done with it. */
function standing({ payment, isSecured }: PaymentRow): Standing {
  const { status, refunded_amount: returned = rubles(0n) } = payment;
  if (status === 'canceled') return { state: 'closed', buttons: [] };
  if (status === 'waiting_for_capture') return { state: 'processing', buttons: [] };
  if (status === 'pending' && isSecured === true) {
    return { state: 'processing', buttons: ['enterCode', 'fail', 'expire'] };
  }
  if (status === 'pending') {
    return { state: 'open', buttons: ['pay', 'secure', 'underpay', 'overpay', 'fail', 'expire'] };
  }
  if (kopecks(returned) === 0n) return { state: 'paid', buttons: ['refund'] };
  const value = `${returned.value} ${returned.currency}`;
  return {
    ...(leftOf(payment) === 0n
      ? { state: 'refunded', buttons: [] }
      : { state: 'partRefunded', buttons: ['refund'] }),
    lines: [{ label: pageTexts.returned, value }],
  };
}

function pageOf(row: PaymentRow | undefined): PayPage | undefined {
  if (!row) return undefined;
  const { payment, returnUrl } = row;
  return {
    amount: `${payment.amount.value} ${payment.amount.currency}`,
    description: payment.description ?? '',
    ...standing(row),
    ...(returnUrl !== undefined && { returnUrl }),
  };
}

export const yookassaStandIn = defineStandIn({
  id: 'yookassa',
  title: { en: 'YooKassa', ru: 'ЮKassa' },
  keys: { YOOKASSA_SHOP_ID: '100500', YOOKASSA_SECRET_KEY: 'test_sandbox_yookassa' },
  webhooks,
  create(site) {
    const books = openBooks(site);
    return {
      answer: createYookassaApi(books),
      page: (id) => pageOf(books.payments.get(id)),
      actions: actionsOf(books),
      signWebhook: () => ({ 'content-type': 'application/json' }),
      sweep: () => expirePayments(books),
      faultBody: (status) => refusalBody(status),
    };
  },
});
