/**
 * CryptoBot (Crypto Pay): coins inside Telegram, priced in fiat money. An invoice is paid once and in
 * full or not at all. Money goes back as a transfer of the coins that were paid, which the app's owner
 * must have switched on, to a person who has opened @CryptoBot.
 *
 * A thin client of our own: the packages there are verify webhooks over JSON they encoded again.
 */
import { z } from 'zod';
import { decimalOf, isCurrency, moneyOf, type Money } from '../domain/money';
import { moneyAtRate } from './decimals';
import {
  CryptobotRefusal,
  createCryptobotApi,
  invoiceSchema,
  isAllBefore,
  transferSchema,
  type CryptobotApi,
  type CryptobotInvoice,
} from './cryptobot-api';
import { fetchCryptobotRefund, refundTransaction, returnCoins } from './cryptobot-refund';
import { readCryptobotWebhook } from './cryptobot-webhook';
import {
  definePaymentSystem,
  PaymentSystemError,
  type InvoiceOrder,
  type OpenedInvoice,
  type PaymentReference,
  type PaymentReport,
  type PaymentSystem,
  type PaymentSystemDeps,
  type SystemCharge,
  type SystemPage,
  type SystemTransaction,
} from './payment-system';

const settingsSchema = z.object({
  CRYPTOBOT_TOKEN: z
    .string()
    .regex(/^\d{1,20}:[A-Za-z0-9_-]{10,100}$/)
    .describe('Token of the app, from @CryptoBot: Crypto Pay, Create App.'),
  CRYPTOBOT_API_URL: z
    .url({ protocol: /^https?$/ })
    .default('https://pay.crypt.bot')
    .describe('Root of the API; https://testnet-pay.crypt.bot for @CryptoTestnetBot.'),
  CRYPTOBOT_ASSETS: z
    .string()
    .regex(/^[A-Z]{2,10}(,[A-Z]{2,10})*$/)
    .optional()
    .describe('Coins that are taken, as "USDT,TON"; all when left out.'),
});

type Settings = z.infer<typeof settingsSchema>;

const hourMs = 3_600_000;
const invoiceSeconds = { least: 60, most: 24 * 3600 };

const madeAt = (invoices: readonly CryptobotInvoice[]): readonly Date[] =>
  invoices.map((invoice) => invoice.created_at);

const opened = (invoice: CryptobotInvoice): OpenedInvoice => ({
  invoiceId: String(invoice.invoice_id),
  payUrl: invoice.bot_invoice_url,
});

function priceOf({ fiat, amount }: CryptobotInvoice): Money | undefined {
  return fiat !== undefined && isCurrency(fiat) ? moneyOf(amount, fiat) : undefined;
}

/** Their fee is kept in the paid coin; told in the invoice's money at the rate of the payment. */
function feeOf(invoice: CryptobotInvoice, { currency }: Money): Money | undefined {
  const { fee_asset: asset, fee_amount: fee, paid_fiat_rate: rate } = invoice;
  const isConvertible = asset !== undefined && asset === invoice.paid_asset;
  if (!isConvertible || fee === undefined || rate === undefined) return undefined;
  return moneyAtRate(fee, rate, currency);
}

/** The charge of a paid invoice; undefined when it is unpaid or in money Easel cannot count. */
function chargeOf(invoice: CryptobotInvoice): SystemCharge | undefined {
  const paid = priceOf(invoice);
  if (invoice.status !== 'paid' || paid === undefined) return undefined;
  const { paid_amount: coins, paid_asset: asset } = invoice;
  const fee = feeOf(invoice, paid);
  return {
    chargeId: String(invoice.invoice_id),
    paid,
    at: invoice.paid_at ?? invoice.created_at,
    ...(fee && { fee }),
    ...(coins !== undefined && asset !== undefined && { refundHandle: `${coins} ${asset}` }),
  };
}

interface App {
  readonly api: CryptobotApi;
  readonly assets: string | undefined;
  readonly now: () => Date;
}

async function openInvoice({ api, assets, now }: App, order: InvoiceOrder): Promise<OpenedInvoice> {
  const secondsLeft = Math.ceil((order.expiresAt.getTime() - now().getTime()) / 1000);
  const { least, most } = invoiceSeconds;
  const invoice = await api.call(invoiceSchema, {
    method: 'createInvoice',
    params: {
      currency_type: 'fiat',
      fiat: order.price.currency,
      amount: decimalOf(order.price),
      description: order.description.slice(0, 1024),
      payload: order.paymentId,
      expires_in: Math.min(most, Math.max(least, secondsLeft)),
      ...(assets !== undefined && { accepted_assets: assets }),
      ...(order.returnUrl !== undefined && {
        paid_btn_name: 'callback',
        paid_btn_url: order.returnUrl,
      }),
    },
    lostMeans: 'unknown',
  });
  return opened(invoice);
}

/** By our id among the invoices made since, newest first: there is no look-up by it. */
async function findByPayload(
  { api }: App,
  { paymentId, createdAt }: PaymentReference,
): Promise<CryptobotInvoice | undefined> {
  const since = new Date(createdAt.getTime() - hourMs);
  for await (const invoices of api.pages(invoiceSchema, 'getInvoices', {})) {
    const found = invoices.find(({ payload }) => payload === paymentId);
    if (found) return found;
    if (isAllBefore(madeAt(invoices), since)) return undefined;
  }
  return undefined;
}

async function byId({ api }: App, invoiceId: string): Promise<CryptobotInvoice | undefined> {
  const { items } = await api.call(z.object({ items: z.array(invoiceSchema) }), {
    method: 'getInvoices',
    params: { invoice_ids: invoiceId },
    lostMeans: 'transient',
  });
  return items.find((invoice) => String(invoice.invoice_id) === invoiceId);
}

async function fetchStatus(app: App, payment: PaymentReference): Promise<PaymentReport> {
  const { invoiceId } = payment;
  if (invoiceId === undefined) {
    const found = await findByPayload(app, payment);
    return found ? reportOf(found) : { state: 'open', charges: [], refunds: [] };
  }
  const invoice = await byId(app, invoiceId);
  // A deleted invoice is gone without a trace.
  if (invoice === undefined) return { state: 'closed', charges: [], refunds: [] };
  if (invoice.payload === payment.paymentId) return reportOf(invoice);
  throw new PaymentSystemError('invalid', 'this Crypto Pay invoice is of another order');
}

function reportOf(invoice: CryptobotInvoice): PaymentReport {
  const charge = chargeOf(invoice);
  return {
    state: invoice.status === 'active' ? 'open' : 'closed',
    charges: charge ? [charge] : [],
    refunds: [],
  };
}

async function cancelInvoice(app: App, payment: PaymentReference): Promise<void> {
  const id = payment.invoiceId ?? (await findByPayload(app, payment))?.invoice_id;
  if (id === undefined) return;
  try {
    await app.api.call(z.unknown(), {
      method: 'deleteInvoice',
      params: { invoice_id: Number(id) },
      lostMeans: 'transient',
    });
  } catch (error) {
    // Paid, expired or deleted already: whoever asks for the status will see which.
    const isOver =
      error instanceof CryptobotRefusal && ['invalid', 'not-found'].includes(error.failure);
    if (!isOver) throw error;
  }
}

/** One page: the lists know no time, so they are read until all that is older than any open invoice. */
async function listSince({ api }: App, since: Date): Promise<SystemPage> {
  const transactions: SystemTransaction[] = [];
  const oldest = new Date(since.getTime() - 2 * invoiceSeconds.most * 1000);
  for await (const invoices of api.pages(invoiceSchema, 'getInvoices', { status: 'paid' })) {
    for (const invoice of invoices) {
      const charge = chargeOf(invoice);
      const { payload: paymentId } = invoice;
      if (charge === undefined || charge.at < since) continue;
      transactions.push({ kind: 'charge', ...(paymentId !== undefined && { paymentId }), charge });
    }
    if (isAllBefore(madeAt(invoices), oldest)) break;
  }
  for await (const transfers of api.pages(transferSchema, 'getTransfers', {})) {
    const times = transfers.map(({ completed_at: at }) => at);
    const recent = transfers.filter(({ completed_at: at }) => at >= since);
    transactions.push(...recent.flatMap(refundTransaction));
    if (isAllBefore(times, since)) break;
  }
  const at = (one: SystemTransaction): number =>
    (one.kind === 'charge' ? one.charge.at : one.refund.at).getTime();
  return { transactions: transactions.sort((a, b) => at(a) - at(b)) };
}

function create(settings: Settings, { http, now }: PaymentSystemDeps): PaymentSystem {
  const token = settings.CRYPTOBOT_TOKEN;
  const api = createCryptobotApi({ base: settings.CRYPTOBOT_API_URL, token, http });
  const app: App = { api, assets: settings.CRYPTOBOT_ASSETS, now };
  return {
    id: 'cryptobot',
    openInvoice: (order) => openInvoice(app, order),
    findInvoice: async (payment) => {
      const found = await findByPayload(app, payment);
      return found && opened(found);
    },
    fetchStatus: (payment) => fetchStatus(app, payment),
    cancelInvoice: (payment) => cancelInvoice(app, payment),
    readWebhook: (request) => readCryptobotWebhook(request, { token, now: now() }),
    refund: (order) => returnCoins(api, order),
    fetchRefund: (order) => fetchCryptobotRefund(api, order),
    listSince: (since) => listSince(app, since),
  };
}

export const cryptobot = definePaymentSystem({
  id: 'cryptobot',
  settings: settingsSchema,
  secrets: ['CRYPTOBOT_TOKEN'],
  currencies: ['RUB', 'USD', 'EUR'],
  refunds: 'partial',
  invoiceSeconds,
  graceSeconds: 3600,
  pollMs: 10_000,
  create,
});
