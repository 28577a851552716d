import type { HttpClient } from '../../src/http/exchange';
import type {
  InvoiceOrder,
  OpenedInvoice,
  PaymentReference,
  PaymentReport,
  PaymentSystem,
  PaymentSystemDefinition,
  RefundOrder,
} from '../../src/payments/payment-system';
import { until, type ReceivedCallback } from '../provider/stand-in';
import type { Trial } from './contract-trials';
import { invoiceOrder, referenceOf, refundOrder, type PaymentHouse } from './harness';

/** A fresh stand-in for each test, with what every test of the contract does with it. */
export interface Room {
  readonly definition: PaymentSystemDefinition;
  readonly trial: Trial;
  house(): PaymentHouse;
}

export interface Opened extends OpenedInvoice {
  readonly order: InvoiceOrder;
  readonly reference: PaymentReference;
  /** What the control API knows it by. */
  readonly id: string;
}

export const orderOf = ({ trial, house }: Room): InvoiceOrder =>
  invoiceOrder(trial.price, { webhookUrl: house().hooks.url });

export async function open(room: Room, order = orderOf(room)): Promise<Opened> {
  const opened = await room.house().system.openInvoice(order);
  const id = (await room.trial.visit?.(opened)) ?? opened.invoiceId ?? order.paymentId;
  return { ...opened, order, id, reference: referenceOf(order, opened.invoiceId) };
}

export async function statusOf(
  room: Room,
  { reference }: Pick<Opened, 'reference'>,
  system: PaymentSystem = room.house().system,
): Promise<PaymentReport> {
  const report = await system.fetchStatus?.(reference);
  if (!report) throw new Error('the system cannot be asked');
  return report;
}

export async function pay(room: Room, given?: Opened): Promise<Opened> {
  const invoice = given ?? (await open(room));
  await room.house().admin('pay', { id: invoice.id });
  return invoice;
}

export async function chargeOf(room: Room, invoice: Opened) {
  const [charge] = (await statusOf(room, invoice)).charges;
  if (!charge) throw new Error('nothing was charged');
  return charge;
}

/** The notice that came of a payment. */
export async function noticeOf(room: Room): Promise<{ invoice: Opened; notice: ReceivedCallback }> {
  const invoice = await pay(room);
  return { invoice, notice: await until(() => room.house().hooks.received[0]) };
}

/** A paid payment and an order to return it. */
export async function refundable(room: Room): Promise<{ invoice: Opened; refund: RefundOrder }> {
  const { beforeRefunds } = room.trial;
  if (beforeRefunds) {
    const [action, body] = beforeRefunds.deed;
    await room.house().admin(action, { id: beforeRefunds.id, ...body });
  }
  const invoice = await pay(room);
  const { chargeId, refundHandle: handle } = await chargeOf(room, invoice);
  const refund = refundOrder(
    invoice.order,
    chargeId,
    handle === undefined ? {} : { refundHandle: handle },
  );
  return { invoice, refund };
}

/** One that fails without an answer, as fetch does. */
export const failing =
  (name: string, code?: string): HttpClient =>
  () =>
    Promise.reject(
      code === undefined
        ? new DOMException('the time is over', name)
        : new TypeError(name, { cause: { code } }),
    );
