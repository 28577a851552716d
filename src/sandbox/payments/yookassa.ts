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
import { createYookassaApi } from './yookassa-api';
import { change, openBooks, type YookassaBooks } from './yookassa-books';
import type { PaymentRow, ReceiptRegistration, WirePayment, WireRefund } from './yookassa-objects';
import { refusalBody } from './yookassa-requests';
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
  return {
    pay: payIt,
    enterCode: payIt,
    secure: (id) => secure(books, idOf(id)),
    fail: (id, body) => {
      const { reason } = reasonSchema.parse(body);
      return cancel(books, idOf(id), { party: 'payment_network', reason });
    },
    expire: (id) =>
      cancel(books, idOf(id), { party: 'yoo_money', reason: 'expired_on_confirmation' }),
    refund: (id, body) => {
      const { payment } = rowOf(books, id);
      const value = refundSchema.parse(body).amount ?? payment.amount.value;
      return refund(books, { payment_id: payment.id, amount: { value, currency: 'RUB' } });
    },
    refundOutcome: (id, body) => setOutcome(books, idOf(id), present(outcomeSchema.parse(body))),
    receipt: (id, body) => setReceipt(books, id, receiptSchema.parse(body).status),
    settle: (id, body) => settle(books, id, present(outcomeSchema.parse(body))),
  };
}

function pageOf(row: PaymentRow | undefined): PayPage | undefined {
  if (!row) return undefined;
  const { payment, isSecured, returnUrl } = row;
  const { value, currency } = payment.amount;
  const states = {
    pending: isSecured ? 'processing' : 'open',
    waiting_for_capture: 'processing',
    succeeded: payment.refunded_amount?.value === value ? 'refunded' : 'paid',
    canceled: 'closed',
  } as const;
  const pending = isSecured
    ? (['enterCode', 'fail'] as const)
    : (['pay', 'secure', 'fail'] as const);
  return {
    amount: `${value} ${currency}`,
    description: payment.description ?? '',
    state: states[payment.status],
    buttons: payment.status === 'pending' ? pending : [],
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
