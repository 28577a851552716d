/**
 * YooKassa: Russian cards, SBP, wallets; partial refunds; receipts by 54-FZ.
 *
 * A thin client of our own instead of `@webzaytsev/yookassa-ts-sdk` (the only well-typed package):
 * that one brings axios and can neither be given an HTTP client nor have its attempts bounded and
 * classed by us, and what Easel needs are five calls. There is no official package for Node.
 */
import { z } from 'zod';
import {
  definePaymentSystem,
  PaymentSystemError,
  type ChargeDoubt,
  type InvoiceOrder,
  type OpenedInvoice,
  type PaymentReference,
  type PaymentReport,
  type PaymentSystem,
  type PaymentSystemDeps,
  type SystemCharge,
  type SystemTransaction,
} from './payment-system';
import { listWindow } from './windows';
import {
  createYookassaApi,
  paymentSchema,
  refundSchema,
  yookassaAmount,
  yookassaMoney,
  type YookassaApi,
  type YookassaPayment,
} from './yookassa-api';
import { findRefund, makeRefund, refundOf, refundsOf } from './yookassa-refund';
import { receiptMark, receiptOf, receiptSettings, type ReceiptSettings } from './yookassa-receipt';
import { networksOf, readYookassaWebhook, yookassaNetworks } from './yookassa-webhook';

const networksSchema = z
  .string()
  .transform(networksOf)
  .refine((list) => list !== undefined, 'must be addresses or networks separated by commas');

const settingsSchema = z.object({
  YOOKASSA_SHOP_ID: z
    .string()
    .regex(/^\d{1,20}$/, 'must be digits')
    .describe('Id of the shop.'),
  YOOKASSA_SECRET_KEY: z
    .string()
    .regex(/^[\x21-\x7e]{8,200}$/)
    .describe('Secret key of the shop. Keys of test shops start with test_.'),
  YOOKASSA_API_URL: z
    .url({ protocol: /^https?$/ })
    .default('https://api.yookassa.ru/v3')
    .describe('Root of the API.'),
  YOOKASSA_WEBHOOK_NETWORKS: networksSchema
    .prefault(yookassaNetworks)
    .describe('Addresses and networks webhooks may come from, separated by commas.'),
  ...receiptSettings,
});

type Settings = z.infer<typeof settingsSchema>;

const descriptionMax = 128;
const dayMs = 24 * 3_600_000;
// Their page wants an address to return to; Telegram's own leads back to the app.
const returnUrlDefault = 'https://t.me/';

const stateOf = {
  pending: 'open',
  waiting_for_capture: 'processing',
  succeeded: 'closed',
  canceled: 'closed',
} as const;

interface Shop {
  readonly api: YookassaApi;
  readonly shopId: string;
  readonly isTest: boolean;
  readonly receipts: ReceiptSettings;
}

function doubtOf({ shopId, isTest }: Shop, payment: YookassaPayment): ChargeDoubt | undefined {
  if (payment.recipient.account_id !== shopId) return 'foreign-shop';
  return payment.test && !isTest ? 'test' : undefined;
}

/** The charge of a payment that was paid; undefined when it was not or in money Easel cannot count. */
function chargeOf(shop: Shop, payment: YookassaPayment): SystemCharge | undefined {
  const paid = yookassaMoney(payment.amount);
  if (payment.status !== 'succeeded' || paid === undefined) return undefined;
  const income = payment.income_amount && yookassaMoney(payment.income_amount);
  const hasFee = income?.currency === paid.currency && income.amountMinor <= paid.amountMinor;
  const doubt = doubtOf(shop, payment);
  return {
    chargeId: payment.id,
    paid,
    at: payment.captured_at ?? payment.created_at,
    ...(hasFee && { fee: { ...paid, amountMinor: paid.amountMinor - income.amountMinor } }),
    ...(doubt && { doubt }),
    ...receiptMark(payment),
  };
}

const opened = (payment: YookassaPayment): OpenedInvoice => {
  const payUrl = payment.confirmation?.confirmation_url;
  return { invoiceId: payment.id, ...(payUrl !== undefined && { payUrl }) };
};

async function openInvoice(shop: Shop, order: InvoiceOrder): Promise<OpenedInvoice> {
  const description = order.description.slice(0, descriptionMax);
  const receipt = receiptOf(shop.receipts, { ...order, description, amount: order.price });
  const body = {
    amount: yookassaAmount(order.price),
    capture: true,
    description,
    confirmation: { type: 'redirect', return_url: order.returnUrl ?? returnUrlDefault },
    metadata: { payment_id: order.paymentId },
    ...(receipt && { receipt }),
  };
  return opened(await shop.api.post(paymentSchema, '/payments', { key: order.paymentId, body }));
}

/** By its id, or by our id among those made since; YooKassa has no look-up by reference. */
async function find(shop: Shop, wanted: PaymentReference): Promise<YookassaPayment | undefined> {
  const { invoiceId, paymentId, createdAt } = wanted;
  const isOurs = (payment: YookassaPayment): boolean =>
    payment.metadata?.['payment_id'] === paymentId;
  if (invoiceId !== undefined) {
    const payment = await shop.api.get(paymentSchema, `/payments/${encodeURIComponent(invoiceId)}`);
    if (isOurs(payment)) return payment;
    throw new PaymentSystemError('invalid', 'this YooKassa payment is of another order');
  }
  const from = new Date(createdAt.getTime() - 60_000);
  const till = new Date(createdAt.getTime() + dayMs);
  const window = { 'created_at.gte': from.toISOString(), 'created_at.lt': till.toISOString() };
  return (await shop.api.list(paymentSchema, '/payments', window)).find(isOurs);
}

async function fetchStatus(shop: Shop, wanted: PaymentReference): Promise<PaymentReport> {
  const payment = await find(shop, wanted);
  if (payment === undefined) return { state: 'open', charges: [], refunds: [] };
  const charge = chargeOf(shop, payment);
  const refunds = charge === undefined ? [] : await refundsOf(shop, payment.id);
  return {
    state: stateOf[payment.status],
    charges: charge === undefined ? [] : [charge],
    refunds: refunds.flatMap(refundOf),
  };
}

/** By when they were captured, which is when the money was taken. */
async function listBetween(
  shop: Shop,
  from: string,
  till: string,
): Promise<readonly SystemTransaction[]> {
  const charged = { status: 'succeeded', 'captured_at.gte': from, 'captured_at.lt': till };
  const payments = await shop.api.list(paymentSchema, '/payments', charged);
  const returned = { 'created_at.gte': from, 'created_at.lt': till };
  const refunds = await shop.api.list(refundSchema, '/refunds', returned);
  return [
    ...payments.toReversed().flatMap((payment): SystemTransaction[] => {
      const charge = chargeOf(shop, payment);
      const paymentId = payment.metadata?.['payment_id'];
      const named = paymentId === undefined ? {} : { paymentId };
      return charge ? [{ kind: 'charge', ...named, charge }] : [];
    }),
    ...refunds.toReversed().flatMap((one): SystemTransaction[] => {
      const paymentId = one.metadata?.['payment_id'];
      const named = paymentId === undefined ? {} : { paymentId };
      return refundOf(one).map((refund) => ({ kind: 'refund', ...named, refund }));
    }),
  ];
}

function create(settings: Settings, { http, now }: PaymentSystemDeps): PaymentSystem {
  const secretKey = settings.YOOKASSA_SECRET_KEY;
  const shopId = settings.YOOKASSA_SHOP_ID;
  const api = createYookassaApi({ base: settings.YOOKASSA_API_URL, shopId, secretKey, http });
  const shop: Shop = { api, shopId, isTest: secretKey.startsWith('test_'), receipts: settings };
  return {
    id: 'yookassa',
    wantsEmail: settings.YOOKASSA_RECEIPTS === 'on',
    openInvoice: (order) => openInvoice(shop, order),
    findInvoice: async (payment) => {
      const found = await find(shop, payment);
      return found && opened(found);
    },
    fetchStatus: (payment) => fetchStatus(shop, payment),
    readWebhook: (request) => readYookassaWebhook(settings.YOOKASSA_WEBHOOK_NETWORKS, request),
    refund: (order) => makeRefund(shop, order),
    fetchRefund: (order) => findRefund(shop, order),
    listSince: (since, cursor) =>
      listWindow({ since, cursor, now: now() }, ({ from, till }) =>
        listBetween(shop, from.toISOString(), till.toISOString()),
      ),
  };
}

export const yookassa = definePaymentSystem({
  id: 'yookassa',
  settings: settingsSchema,
  secrets: ['YOOKASSA_SECRET_KEY'],
  currencies: ['RUB'],
  refunds: 'partial',
  // It cannot be told: an unpaid link lives for an hour.
  invoiceSeconds: { least: 3600, most: 3600 },
  graceSeconds: 3600,
  pollMs: 10_000,
  create,
});
