/**
 * Heleket: coins of many networks, priced in fiat money. Less or more than was asked can arrive, and
 * what arrived can be held for an AML check. The whole of a payment can be sent back to an address;
 * which one, only the payer knows, so that a refund is by hand unless the owner decided otherwise.
 *
 * A thin client of our own: the official package is not on npm.
 */
import { z } from 'zod';
import { decimalOf } from '../domain/money';
import {
  createHeleketApi,
  invoiceSchema,
  pageSchema,
  type HeleketApi,
  type PayableHeleketInvoice,
} from './heleket-api';
import {
  chargeOf,
  isRefund,
  priceOf,
  refundIdOf,
  refundsOf,
  refundStatusOf,
  stateOf,
  transactionsOf,
} from './heleket-money';
import { readHeleketWebhook } from './heleket-webhook';
import {
  definePaymentSystem,
  PaymentSystemError,
  type InvoiceOrder,
  type OpenedInvoice,
  type PaymentReport,
  type PaymentSystem,
  type PaymentSystemDeps,
  type RefundOrder,
  type RefundReport,
  type SystemTransaction,
} from './payment-system';
import { listWindow, type Window } from './windows';

const key = z.string().regex(/^[\x21-\x7e]{8,200}$/);

const settingsSchema = z.object({
  HELEKET_MERCHANT: z
    .string()
    .regex(/^[0-9a-f-]{36}$/i)
    .describe('Id of the merchant, a UUID.'),
  HELEKET_PAYMENT_KEY: key.describe('API key of payments.'),
  HELEKET_PAYOUT_KEY: key.optional().describe('API key of payouts; only refunds need it.'),
  HELEKET_REFUND_TO_SENDER: z
    .enum(['on', 'off'])
    .default('off')
    .describe(
      'Whether money goes back to the address it came from. Off: by hand. The address of an exchange takes no money back.',
    ),
  HELEKET_API_URL: z
    .url({ protocol: /^https?$/ })
    .default('https://api.heleket.com')
    .describe('Root of the API.'),
});

type Settings = z.infer<typeof settingsSchema>;

interface Merchant {
  readonly api: HeleketApi;
  readonly settings: Settings;
  readonly returnsToSender: boolean;
  readonly now: () => Date;
}

const invoiceSeconds = { least: 300, most: 43_200 };
const dayMs = 24 * 3_600_000;

const opened = ({ uuid, url }: PayableHeleketInvoice): OpenedInvoice => ({
  invoiceId: uuid,
  payUrl: url,
});

/** The same order_id brings the first invoice back, also when it was for another amount. */
async function openInvoice(merchant: Merchant, order: InvoiceOrder): Promise<OpenedInvoice> {
  const { api, settings, now } = merchant;
  const { price, returnUrl, webhookUrl } = order;
  const seconds = Math.ceil((order.expiresAt.getTime() - now().getTime()) / 1000);
  const { least, most } = invoiceSeconds;
  const invoice = await api.call(invoiceSchema, {
    path: '/v1/payment',
    body: {
      amount: decimalOf(price),
      currency: price.currency,
      order_id: order.paymentId,
      lifetime: Math.min(most, Math.max(least, seconds)),
      ...(returnUrl !== undefined && { url_return: returnUrl, url_success: returnUrl }),
      ...(webhookUrl !== undefined && { url_callback: webhookUrl }),
    },
    key: settings.HELEKET_PAYMENT_KEY,
    lostMeans: 'unknown',
  });
  const is = priceOf(invoice);
  if (is?.amountMinor === price.amountMinor && is.currency === price.currency) {
    return opened(invoice);
  }
  throw new PaymentSystemError('invalid', 'Heleket has another invoice under this order');
}

async function find(
  { api, settings }: Merchant,
  paymentId: string,
): Promise<PayableHeleketInvoice | undefined> {
  try {
    return await api.call(invoiceSchema, {
      path: '/v1/payment/info',
      body: { order_id: paymentId },
      key: settings.HELEKET_PAYMENT_KEY,
      lostMeans: 'transient',
    });
  } catch (error) {
    if (error instanceof PaymentSystemError && error.failure === 'not-found') return undefined;
    throw error;
  }
}

async function fetchStatus(merchant: Merchant, paymentId: string): Promise<PaymentReport> {
  const invoice = await find(merchant, paymentId);
  if (invoice === undefined) return { state: 'open', charges: [], refunds: [] };
  const charge = chargeOf(invoice, merchant.returnsToSender);
  return {
    state: stateOf(invoice),
    charges: charge ? [charge] : [],
    refunds: charge ? refundsOf(invoice, charge) : [],
  };
}

async function fetchRefund(
  merchant: Merchant,
  { paymentId }: RefundOrder,
): Promise<RefundReport | undefined> {
  const invoice = await find(merchant, paymentId);
  if (!invoice || !isRefund(invoice.payment_status)) return undefined;
  const status = refundStatusOf[invoice.payment_status];
  return { status, systemRefundId: refundIdOf(invoice.uuid) };
}

/** Why Easel cannot send this back itself; undefined when it can. */
function whyByHand({ settings }: Merchant, order: RefundOrder): string | undefined {
  if (settings.HELEKET_PAYOUT_KEY === undefined) return 'HELEKET_PAYOUT_KEY is not set';
  if (order.amount.amountMinor !== order.charged.amountMinor) {
    return 'Heleket returns only the whole of a payment';
  }
  return order.refundHandle === undefined
    ? 'ask the payer for an address and return it in the cabinet'
    : undefined;
}

async function refund(merchant: Merchant, order: RefundOrder): Promise<RefundReport> {
  const why = whyByHand(merchant, order);
  if (why !== undefined) return { status: 'manual', detail: why };
  const { api, settings } = merchant;
  const made = await fetchRefund(merchant, order);
  // One that failed moved nothing and can be asked for again.
  if (made && made.status !== 'refused') return made;
  try {
    await api.call(z.unknown(), {
      path: '/v1/payment/refund',
      body: { uuid: order.chargeId, address: order.refundHandle, is_subtract: true },
      key: settings.HELEKET_PAYOUT_KEY ?? '',
      lostMeans: 'unknown',
    });
    return { status: 'pending', systemRefundId: refundIdOf(order.chargeId) };
  } catch (error) {
    const isNo =
      error instanceof PaymentSystemError && ['invalid', 'not-found'].includes(error.failure);
    if (isNo) return { status: 'refused', detail: error.message };
    throw error;
  }
}

/** "2026-05-20 10:00:00", as the list wants its dates. */
const wallClock = (date: Date): string => date.toISOString().slice(0, 19).replace('T', ' ');

/**
 * Their list is by creation and in a time zone they do not name, so a day more is read on both sides,
 * what was paid in the window is kept, and with each payment its refund, whenever that came.
 */
async function listBetween(
  merchant: Merchant,
  { from, till }: Window,
): Promise<readonly SystemTransaction[]> {
  const { api, settings } = merchant;
  const dates = {
    date_from: wallClock(new Date(from.getTime() - dayMs)),
    date_to: wallClock(new Date(till.getTime() + dayMs)),
  };
  const found: SystemTransaction[] = [];
  let cursor: string | null | undefined;
  do {
    const query = cursor ? `?cursor=${encodeURIComponent(cursor)}` : '';
    const { items, paginate } = await api.call(pageSchema, {
      path: `/v1/payment/list${query}`,
      body: dates,
      key: settings.HELEKET_PAYMENT_KEY,
      lostMeans: 'transient',
    });
    const paid = items.filter((invoice) => {
      const at = chargeOf(invoice, merchant.returnsToSender)?.at;
      return at !== undefined && at >= from && at < till;
    });
    found.push(...paid.flatMap((invoice) => transactionsOf(invoice, merchant.returnsToSender)));
    cursor = paginate.nextCursor;
  } while (cursor);
  return found;
}

function create(settings: Settings, { http, now }: PaymentSystemDeps): PaymentSystem {
  const merchantId = settings.HELEKET_MERCHANT;
  const api = createHeleketApi({ base: settings.HELEKET_API_URL, merchant: merchantId, http });
  const returnsToSender = settings.HELEKET_REFUND_TO_SENDER === 'on';
  const merchant: Merchant = { api, settings, returnsToSender, now };
  return {
    id: 'heleket',
    openInvoice: (order) => openInvoice(merchant, order),
    findInvoice: async ({ paymentId }) => {
      const found = await find(merchant, paymentId);
      return found && opened(found);
    },
    fetchStatus: ({ paymentId }) => fetchStatus(merchant, paymentId),
    readWebhook: (request) => readHeleketWebhook(request, settings.HELEKET_PAYMENT_KEY),
    refund: (order) => refund(merchant, order),
    fetchRefund: (order) => fetchRefund(merchant, order),
    listSince: (since, cursor) =>
      listWindow({ since, cursor, now: now() }, (window) => listBetween(merchant, window)),
    listsRefundsByCharge: true,
  };
}

export const heleket = definePaymentSystem({
  id: 'heleket',
  settings: settingsSchema,
  secrets: ['HELEKET_PAYMENT_KEY', 'HELEKET_PAYOUT_KEY'],
  currencies: ['USD', 'RUB', 'EUR'],
  refunds: 'full',
  invoiceSeconds,
  // Confirmations of a slow network come hours after the payment.
  graceSeconds: 6 * 3600,
  pollMs: 30_000,
  create,
});
