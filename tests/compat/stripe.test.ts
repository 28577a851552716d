import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Stripe from 'stripe';
import { startStandIn, type StandIn } from '../../src/sandbox/payments/frame/server';
import { stripeStandIn } from '../../src/sandbox/payments/stripe';
import { startCallbackReceiver, until, type CallbackReceiver } from '../provider/stand-in';

const params = (amount = 499): Stripe.Checkout.SessionCreateParams => ({
  mode: 'payment',
  line_items: [
    {
      quantity: 1,
      price_data: { currency: 'usd', unit_amount: amount, product_data: { name: 'Tokens & more' } },
    },
  ],
  client_reference_id: 'order-7',
  metadata: { order: '7' },
  payment_intent_data: { metadata: { order: '7' } },
  success_url: 'https://example.com/?session={CHECKOUT_SESSION_ID}',
});

describe("Stripe's own client for Node, with its own HTTP and its own repeats", () => {
  let dataDir: string;
  let standIn: StandIn;
  let hooks: CallbackReceiver;
  let stripe: Stripe;

  const admin = async (action: string, body: unknown): Promise<void> => {
    const request = { method: 'POST', body: JSON.stringify(body) };
    const response = await fetch(`${standIn.url}/__admin/${action}`, request);
    if (!response.ok) throw new Error(await response.text());
  };
  const refusal = (work: Promise<unknown>) =>
    work.then(
      () => undefined,
      (error: unknown) => error as Stripe.errors.StripeError,
    );

  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'easel-stripe-'));
    hooks = await startCallbackReceiver();
    standIn = await startStandIn(stripeStandIn, { port: 0, dataDir, webhookUrl: hooks.url });
    stripe = new Stripe('sk_test_sandbox', {
      host: '127.0.0.1',
      port: standIn.port,
      protocol: 'http',
    });
  });

  afterAll(async () => {
    await standIn.close();
    await hooks.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  test('sells, expands, refunds, lists and verifies webhooks', async () => {
    const {
      id,
      url,
      status,
      payment_intent: none,
    } = await stripe.checkout.sessions.create(params());
    expect([url, status, none]).toEqual([`${standIn.url}/pay/${id}`, 'open', null]);
    await admin('pay', { id });
    const expand = ['payment_intent.latest_charge.balance_transaction'];
    const session = await stripe.checkout.sessions.retrieve(id, { expand });
    const intent = session.payment_intent as Stripe.PaymentIntent;
    const charge = intent.latest_charge as Stripe.Charge;
    expect([session.payment_status, intent.status]).toEqual(['paid', 'succeeded']);
    expect((charge.balance_transaction as Stripe.BalanceTransaction).net).toBe(455);

    const refund = await stripe.refunds.create({ payment_intent: intent.id, amount: 99 });
    expect(refund.status).toBe('succeeded');
    expect(await stripe.charges.retrieve(charge.id)).toMatchObject({ amount_refunded: 99 });
    const refunds = await stripe.refunds.list({ payment_intent: intent.id });
    expect(refunds.data.map((one) => one.id)).toEqual([refund.id]);

    const { rawBody, headers } = await until(() =>
      hooks.received.find((one) => one.rawBody.includes('"checkout.session.completed"')),
    );
    const header = headers['stripe-signature'] ?? '';
    const event = stripe.webhooks.constructEvent(rawBody, header, 'whsec_sandbox');
    expect(event.type === 'checkout.session.completed' && event.data.object.id).toBe(id);
    const kept = await stripe.events.list({ type: 'charge.refunded' });
    expect(kept.data).toHaveLength(1);
  });

  test('pages through a list by itself', async () => {
    for (let made = 0; made < 5; made += 1) await stripe.checkout.sessions.create(params());
    const ids = new Set<string>();
    for await (const { id } of stripe.checkout.sessions.list({ limit: 2 })) ids.add(id);
    expect(ids.size).toBeGreaterThanOrEqual(5);
  });

  test('gets the first answer again under one key, and an error with other parameters', async () => {
    const options = { idempotencyKey: 'key-1' };
    const first = await stripe.checkout.sessions.create(params(), options);
    const again = await stripe.checkout.sessions.create(params(), options);
    expect(again.id).toBe(first.id);
    const error = await refusal(stripe.checkout.sessions.create(params(500), options));
    expect(error).toBeInstanceOf(Stripe.errors.StripeIdempotencyError);
  });

  test('repeats what broke and what was in its own way, and nothing happens twice', async () => {
    const before = await stripe.checkout.sessions.list({ limit: 100 });
    await admin('faults', { at: 'api', kind: 'lose-answer', match: 'POST /v1/checkout' });
    await stripe.checkout.sessions.create(params());
    await admin('faults', { at: 'api', kind: 'status', status: 409, match: 'POST' });
    await stripe.checkout.sessions.create(params());
    const after = await stripe.checkout.sessions.list({ limit: 100 });
    expect(after.data).toHaveLength(before.data.length + 2);
  });

  test('is told what is wrong in its own words', async () => {
    const missing = await refusal(stripe.checkout.sessions.retrieve('cs_test_none'));
    expect(missing).toMatchObject({ statusCode: 404, code: 'resource_missing' });
    const { success_url: _, ...incomplete } = params();
    expect(await refusal(stripe.checkout.sessions.create(incomplete))).toMatchObject({
      type: 'StripeInvalidRequestError',
      param: 'success_url',
    });
    const wrong = new Stripe('sk_test_wrong', {
      host: '127.0.0.1',
      port: standIn.port,
      protocol: 'http',
    });
    expect(await refusal(wrong.refunds.list())).toMatchObject({ statusCode: 401 });
  });
});
