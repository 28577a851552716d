/** What YooKassa keeps of one shop. */
import type { Table } from '../journal';
import { StandInRefusal, type Site } from './frame/stand-in';
import type { PaymentRow, WirePayment, WireRefund } from './yookassa-objects';

export type YookassaSite = Site<'YOOKASSA_SHOP_ID' | 'YOOKASSA_SECRET_KEY'>;

export interface YookassaBooks {
  readonly site: YookassaSite;
  readonly payments: Table<PaymentRow>;
  readonly refunds: Table<WireRefund>;
}

export function openBooks(site: YookassaSite): YookassaBooks {
  return { site, payments: site.table('payments'), refunds: site.table('refunds') };
}

/** Throws StandInRefusal with a status of the API. */
export function paymentIn(
  { payments }: YookassaBooks,
  id: string,
  ...states: readonly WirePayment['status'][]
): PaymentRow {
  const row = payments.get(id);
  if (!row) throw new StandInRefusal(404, 'no such payment');
  if (states.length === 0 || states.includes(row.payment.status)) return row;
  throw new StandInRefusal(400, `the payment is ${row.payment.status}`);
}

export function tell({ site }: YookassaBooks, event: string, object: unknown): void {
  site.notify({ event, body: JSON.stringify({ type: 'notification', event, object }) });
}

/** Sets the next form of a payment; a new status is told to the shop. */
export function change(
  books: YookassaBooks,
  row: PaymentRow,
  changes: Partial<WirePayment>,
): WirePayment {
  const payment = { ...row.payment, ...changes };
  books.payments.set(payment.id, { ...row, payment });
  if (changes.status !== undefined) tell(books, `payment.${changes.status}`, payment);
  return payment;
}
