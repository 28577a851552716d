/**
 * Stripe Checkout: cards and wallets of the rest of the world. A session that is complete is not paid
 * yet where the method is a slow one, so what counts is its payment intent. Partial refunds, disputes.
 */
import type Stripe from 'stripe';
import { z } from 'zod';
import type { PaymentReport } from '../domain/charge';
import {
  definePaymentSystem,
  PaymentSystemError,
  type InvoiceOrder,
  type OpenedInvoice,
  type PaymentReference,
  type PaymentSystem,
  type PaymentSystemDeps,
} from './payment-system';
import { asking, createStripeClient, doing, stripeMinor } from './stripe-client';
import { chargeOfIntent } from './stripe-charge';
import { listBetween } from './stripe-list';
import { findRefund, makeRefund, refundOf, refundsOf } from './stripe-refund';
import { readStripeWebhook } from './stripe-webhook';
import { listWindow } from './windows';

const settingsSchema = z.object({
  STRIPE_SECRET_KEY: z
    .string()
    .regex(/^(sk|rk)_(test|live)_\w{1,200}$/, 'must look like sk_live_...')
    .describe('Secret or restricted key of the account.'),
  STRIPE_WEBHOOK_SECRET: z
    .string()
    .transform((text) => text.split(',').map((secret) => secret.trim()))
    .pipe(z.array(z.string().regex(/^whsec_\w{1,200}$/, 'must look like whsec_...')))
    .describe('Signing secret of the webhook endpoint; two with a comma while it is rolled.'),
  STRIPE_API_URL: z
    .url({ protocol: /^https?$/ })
    .default('https://api.stripe.com')
    .describe('Root of the API.'),
});

type Settings = z.infer<typeof settingsSchema>;

const pageSize = 100;
const sessionsMax = 1000;
const leastMs = 30 * 60 * 1000;
const marginMs = 60 * 1000;
// Stripe knows a key for a day.
const stepsKept = 48;
// Checkout wants an address to go to afterwards; Telegram's own leads back to the app.
const returnUrlDefault = 'https://t.me/';

const wholeIntent = ['payment_intent.latest_charge.balance_transaction'];
interface Account {
  readonly stripe: Stripe;
  readonly isTest: boolean;
  readonly now: () => Date;
}

/**
 * When a session may end, in seconds: as was agreed, then in steps of half an hour up to one that is far
 * enough ahead for Stripe. Counted from the order's own end, so that every retry says the same again.
 */
function expiriesOf({ expiresAt }: InvoiceOrder, now: Date): number[] {
  const late = now.getTime() + leastMs + marginMs - expiresAt.getTime();
  const last = Math.max(0, Math.ceil(late / leastMs));
  const earliest = Math.max(0, last - stepsKept);
  return Array.from({ length: last - earliest + 1 }, (_, step) =>
    Math.floor((expiresAt.getTime() + (earliest + step) * leastMs) / 1000),
  );
}

const opened = ({ id, url }: Stripe.Checkout.Session): OpenedInvoice => ({
  invoiceId: id,
  ...(url !== null && { payUrl: url }),
});

const isNo = (error: unknown): boolean =>
  error instanceof PaymentSystemError && error.failure === 'invalid';

/**
 * A late retry goes through what was asked before, each under its own key and in the same words: what was
 * opened is told again, and only where Stripe says that it ends too soon there was nothing.
 */
async function openInvoice({ stripe, now }: Account, order: InvoiceOrder): Promise<OpenedInvoice> {
  const agreed = Math.floor(order.expiresAt.getTime() / 1000);
  const open = (expiry: number): Promise<OpenedInvoice> => {
    const { paymentId } = order;
    const options = { idempotencyKey: expiry === agreed ? paymentId : `${paymentId}:${expiry}` };
    const params = sessionOf(order, expiry);
    return doing(async () => opened(await stripe.checkout.sessions.create(params, options)));
  };
  const expiries = expiriesOf(order, now());
  const last = expiries.pop() ?? agreed;
  for (const expiry of expiries) {
    try {
      return await open(expiry);
    } catch (error) {
      if (!isNo(error)) throw error;
    }
  }
  return open(last);
}

function sessionOf(order: InvoiceOrder, expiry: number): Stripe.Checkout.SessionCreateParams {
  const { paymentId, price, title, language, email } = order;
  const metadata = { payment_id: paymentId };
  return {
    mode: 'payment',
    line_items: [
      {
        quantity: 1,
        price_data: {
          currency: price.currency.toLowerCase(),
          unit_amount: stripeMinor(price),
          product_data: { name: title },
        },
      },
    ],
    client_reference_id: paymentId,
    metadata,
    payment_intent_data: { metadata },
    success_url: order.returnUrl ?? returnUrlDefault,
    expires_at: expiry,
    locale: language,
    // What is paid must be what was agreed, in its currency.
    adaptive_pricing: { enabled: false },
    ...(email !== undefined && { customer_email: email }),
  };
}

/** By its id, or by ours among those made since; Stripe has no look-up by reference. */
async function find(
  account: Account,
  wanted: PaymentReference,
): Promise<Stripe.Checkout.Session | undefined> {
  const { stripe } = account;
  const { invoiceId, paymentId, createdAt } = wanted;
  if (invoiceId !== undefined) {
    const session = await asking(() =>
      stripe.checkout.sessions.retrieve(invoiceId, { expand: wholeIntent }),
    );
    if (session.metadata?.['payment_id'] === paymentId) return session;
    throw new PaymentSystemError('invalid', 'this session is of another order');
  }
  const gte = Math.floor((createdAt.getTime() - marginMs) / 1000);
  const query = { created: { gte, lte: gte + 24 * 3600 }, limit: pageSize };
  const sessions = await asking(() =>
    stripe.checkout.sessions.list(query).autoPagingToArray({ limit: sessionsMax }),
  );
  const ours = sessions.find(({ metadata }) => metadata?.['payment_id'] === paymentId);
  return ours && find(account, { ...wanted, invoiceId: ours.id });
}

async function fetchStatus(account: Account, wanted: PaymentReference): Promise<PaymentReport> {
  const session = await find(account, wanted);
  if (session === undefined) return { state: 'open', charges: [], refunds: [] };
  const intent = typeof session.payment_intent === 'string' ? null : session.payment_intent;
  const charge = intent && (await chargeOfIntent(account, intent));
  if (charge === null || charge === undefined) {
    return { state: stateOf(session, intent), charges: [], refunds: [] };
  }
  const refunds = await refundsOf(account.stripe, charge.chargeId);
  return { state: 'closed', charges: [charge], refunds: refunds.map(refundOf) };
}

/** Done, but the money of a slow method is still on its way. */
function stateOf(
  { status }: Stripe.Checkout.Session,
  intent: Stripe.PaymentIntent | null,
): PaymentReport['state'] {
  if (status === 'open') return 'open';
  return status === 'complete' && intent?.status === 'processing' ? 'processing' : 'closed';
}

async function cancelInvoice(account: Account, wanted: PaymentReference): Promise<void> {
  const id = wanted.invoiceId ?? (await find(account, wanted))?.id;
  if (id === undefined) return;
  try {
    await doing(() => account.stripe.checkout.sessions.expire(id));
  } catch (error) {
    // It was paid or over before: then there is nothing to take back.
    if (!isNo(error)) throw error;
  }
}

function create(settings: Settings, { http, now }: PaymentSystemDeps): PaymentSystem {
  const { STRIPE_SECRET_KEY: secretKey, STRIPE_API_URL: base } = settings;
  const stripe = createStripeClient({ base, secretKey, http });
  const account: Account = { stripe, isTest: secretKey.includes('_test_'), now };
  return {
    id: 'stripe',
    openInvoice: (order) => openInvoice(account, order),
    findInvoice: async (payment) => {
      const found = await find(account, payment);
      return found && opened(found);
    },
    fetchStatus: (payment) => fetchStatus(account, payment),
    cancelInvoice: (payment) => cancelInvoice(account, payment),
    readWebhook: (request) => readStripeWebhook(settings.STRIPE_WEBHOOK_SECRET, request, now()),
    refund: (order) => makeRefund(stripe, order),
    fetchRefund: (order) => findRefund(stripe, order),
    listSince: (since, cursor) =>
      listWindow({ since, cursor, now: now() }, (window) => listBetween(account, window)),
  };
}

export const stripe = definePaymentSystem({
  id: 'stripe',
  settings: settingsSchema,
  secrets: ['STRIPE_SECRET_KEY', 'STRIPE_WEBHOOK_SECRET'],
  // None without decimals: their minor units are whole ones.
  currencies: ['USD', 'EUR'],
  refunds: 'partial',
  // Half an hour is Stripe's least and a day its most; a little in between, for the way there.
  invoiceSeconds: { least: 35 * 60, most: 24 * 3600 - 5 * 60 },
  // Slow methods take days: what is processing is looked at until it is over.
  graceSeconds: 3600,
  pollMs: 10_000,
  create,
});
