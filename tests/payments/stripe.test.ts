import Stripe from 'stripe';
import type { InvoiceOrder } from '../../src/payments/payment-system';
import { stripe } from '../../src/payments/stripe';
import { stripeStandIn } from '../../src/sandbox/payments/stripe';
import { until } from '../provider/stand-in';
import {
  failureOf,
  invoiceOrder,
  openPaymentHouse,
  read,
  referenceOf,
  refundOrder,
  type PaymentHouse,
} from './harness';

const price = { amountMinor: 499n, currency: 'USD' } as const;
const cents = (amountMinor: bigint) => ({ amountMinor, currency: 'USD' }) as const;
const secret = 'whsec_sandbox';

let house: PaymentHouse;

beforeEach(async () => {
  house = await openPaymentHouse({
    definition: stripe,
    standIn: stripeStandIn,
    env: (url) => ({ ...stripeStandIn.keys, STRIPE_API_URL: url }),
  });
});

afterEach(() => house.close());

const order = (given: Partial<InvoiceOrder> = {}) =>
  invoiceOrder(price, { expiresAt: new Date(Date.now() + 3_600_000), ...given });

async function opened() {
  const wanted = order();
  const { invoiceId = '', payUrl } = await house.system.openInvoice(wanted);
  return { order: wanted, invoiceId, payUrl, reference: referenceOf(wanted, invoiceId) };
}

type Invoice = Awaited<ReturnType<typeof opened>>;

const status = ({ reference }: Pick<Invoice, 'reference'>) => house.system.fetchStatus!(reference);

async function happened(...actions: string[]) {
  const invoice = await opened();
  for (const action of actions) await house.admin(action, { id: invoice.invoiceId });
  return invoice;
}

async function paid() {
  const invoice = await happened('pay');
  const [charge] = (await status(invoice)).charges;
  return { ...invoice, chargeId: charge?.chargeId ?? '' };
}

const rows = <T>(table: string) => house.admin<T[]>(`tables/${table}`);
const fault = (kind: string, more: Record<string, unknown> = {}) =>
  house.admin('faults', { at: 'api', kind, ...more });
const eventOf = (type: string) =>
  until(() =>
    house.hooks.received.find(({ rawBody }) => rawBody.toString().includes(`"type":"${type}"`)),
  );

describe('an invoice', () => {
  test('is a page that can be paid, with the fee told', async () => {
    const invoice = await opened();
    expect(invoice.payUrl).toBe(`${house.url}/pay/${invoice.invoiceId}`);
    expect(await status(invoice)).toEqual({ state: 'open', charges: [], refunds: [] });
    await house.admin('pay', { id: invoice.invoiceId });
    const [intent] = await rows<{ id: string }>('intents');
    expect(await status(invoice)).toEqual({
      state: 'closed',
      charges: [{ chargeId: intent?.id, paid: price, fee: cents(44n), at: expect.any(Date) }],
      refunds: [],
    });
  });

  test('that is complete is not paid before the money of a slow method came', async () => {
    const invoice = await happened('payLater');
    expect(await status(invoice)).toEqual({ state: 'processing', charges: [], refunds: [] });
    await house.admin('confirm', { id: invoice.invoiceId });
    expect(await status(invoice)).toMatchObject({ state: 'closed', charges: [{ paid: price }] });
  });

  test('is over when a slow method failed, and open when only a card did', async () => {
    expect(await status(await happened('payLater', 'fail'))).toMatchObject({ state: 'closed' });
    const invoice = await happened('fail');
    expect((await status(invoice)).state).toBe('open');
    await house.admin('pay', { id: invoice.invoiceId });
    expect((await status(invoice)).charges).toHaveLength(1);
  });

  test('asked for again is the same, also after its answer was lost', async () => {
    const wanted = order();
    await fault('lose-answer', { match: 'POST' });
    expect((await failureOf(house.system.openInvoice(wanted))).failure).toBe('unknown');
    const found = await house.system.findInvoice?.(referenceOf(wanted));
    expect(found?.payUrl).toContain('/pay/');
    expect(await house.system.openInvoice(wanted)).toEqual(found);
    expect(await rows('sessions')).toHaveLength(1);
    expect(await house.system.findInvoice?.(referenceOf(order()))).toBeUndefined();
  });

  test('of an order that changed under its key is unknown, never another session', async () => {
    const invoice = await opened();
    const changed = { ...invoice.order, price: cents(599n) };
    expect((await failureOf(house.system.openInvoice(changed))).failure).toBe('unknown');
    expect(await rows('sessions')).toHaveLength(1);
  });

  test('that would end too soon for Stripe is opened for as little as it takes', async () => {
    await house.system.openInvoice(order({ expiresAt: new Date() }));
    await house.admin('clock', { seconds: 32 * 60 });
    expect(await rows('sessions')).toMatchObject([{ status: 'expired' }]);
  });

  test.each([4, 6, 40, 100])(
    'asked for again %i minutes after its answer was lost is still the same',
    async (minutes) => {
      const wanted = order({ expiresAt: new Date(Date.now() + 35 * 60_000) });
      await fault('lose-answer', { match: 'POST' });
      await failureOf(house.system.openInvoice(wanted));
      await house.admin('clock', { seconds: minutes * 60 });
      const [session] = await rows<{ id: string }>('sessions');
      expect((await house.system.openInvoice(wanted)).invoiceId).toBe(session?.id);
      expect(await rows('sessions')).toHaveLength(1);
    },
  );

  test('that is late from the start is opened once, however often its answer is lost', async () => {
    const wanted = order({ expiresAt: new Date(Date.now() + 35 * 60_000) });
    await house.admin('clock', { seconds: 6 * 60 });
    // The first call is refused, for it would end too soon; the answer to the second gets lost.
    const losing = house.connect({}, async (url, init) => {
      const answer = await fetch(url, init);
      if (answer.ok) throw new TypeError('fetch failed', { cause: { code: 'ECONNRESET' } });
      return answer;
    });
    for (const seconds of [60, 120, 40 * 60]) {
      expect((await failureOf(losing.openInvoice(wanted))).failure).toBe('unknown');
      await house.admin('clock', { seconds });
    }
    const [session] = await rows<{ id: string }>('sessions');
    expect((await house.system.openInvoice(wanted)).invoiceId).toBe(session?.id);
    expect(await rows('sessions')).toHaveLength(1);
  });

  test('can be taken back until it is paid', async () => {
    const invoice = await opened();
    await house.system.cancelInvoice!(invoice.reference);
    expect((await status(invoice)).state).toBe('closed');
    await house.system.cancelInvoice!(invoice.reference);
    const won = await happened('pay');
    await house.system.cancelInvoice!(won.reference);
    expect((await status(won)).charges).toHaveLength(1);
  });

  test('of another order is not taken for ours', async () => {
    const { invoiceId } = await happened('pay');
    const other = referenceOf(order(), invoiceId);
    expect((await failureOf(house.system.fetchStatus!(other))).failure).toBe('invalid');
  });
});

describe('a webhook', () => {
  test('of the documented example is right, and only near its time', () => {
    const body = '{"id":"evt_1","object":"event","type":"checkout.session.completed"}';
    const header =
      't=1700000000,v1=d1e4aa90551919f198c22ba0a9691b35338d4b631d54ce1f1465e93b1d41c430';
    const verdict = (now: number, signature: string | undefined, rawBody = body) => {
      const settings = stripe.settings.parse({
        STRIPE_SECRET_KEY: 'sk_live_1',
        STRIPE_WEBHOOK_SECRET: 'whsec_old,whsec_test_secret',
      });
      const system = stripe.create(settings, { http: fetch, now: () => new Date(now * 1000) });
      const headers = signature === undefined ? {} : { 'stripe-signature': signature };
      return read(system, { rawBody: Buffer.from(rawBody), headers }).verdict;
    };
    const at = 1_700_000_000;
    // It is theirs; that it has no session is found out behind the signature.
    expect(verdict(at, header)).toBe('malformed');
    expect(verdict(at + 300, header)).toBe('malformed');
    expect(verdict(at + 301, header)).toBe('refused');
    expect(verdict(at, header.replace(/0$/, '1'))).toBe('refused');
    expect(verdict(at, header.replace('t=1700000000', 't=1700000001'))).toBe('refused');
    expect(verdict(at, header, `${body} `)).toBe('refused');
    expect(verdict(at, header, body.slice(0, -1))).toBe('refused');
    expect(verdict(at, header, '')).toBe('refused');
    expect(verdict(at, header.replace('v1=', 'v0='))).toBe('refused');
    expect(verdict(at, '')).toBe('refused');
    expect(verdict(at, undefined)).toBe('refused');
  });

  test('names the payment and the session, under the id of its event', async () => {
    const invoice = await happened('pay');
    const callback = await eventOf('checkout.session.completed');
    const { id } = JSON.parse(callback.rawBody.toString()) as { id: string };
    const news = {
      verdict: 'news',
      eventId: id,
      event: 'checkout.session.completed',
      paymentId: invoice.order.paymentId,
      invoiceId: invoice.invoiceId,
    };
    expect(read(house.system, callback)).toEqual(news);
    expect(read(house.connect({ STRIPE_WEBHOOK_SECRET: 'whsec_other' }), callback).verdict).toBe(
      'refused',
    );
  });

  test('of a refund or a dispute names the charge', async () => {
    const { order: wanted, chargeId, invoiceId } = await paid();
    await house.system.refund(refundOrder(wanted, chargeId, { amount: cents(99n) }));
    await house.admin('dispute', { id: invoiceId });
    const { paymentId } = wanted;
    const reading = async (type: string) => read(house.system, await eventOf(type));
    expect(await reading('refund.created')).toMatchObject({ chargeId, paymentId });
    expect(await reading('charge.refunded')).toMatchObject({ chargeId, paymentId });
    const dispute = await reading('charge.dispute.created');
    expect(dispute).toMatchObject({ verdict: 'news', chargeId });
    expect(dispute).not.toHaveProperty('paymentId');
  });

  test('of no interest or of another shop in the account is ignored', async () => {
    const reading = (type: string, object: unknown) => {
      const payload = JSON.stringify({ id: 'evt_9', type, data: { object } });
      const header = new Stripe('sk_test_1').webhooks.generateTestHeaderString({ payload, secret });
      const headers = { 'stripe-signature': header };
      return read(house.system, { rawBody: Buffer.from(payload), headers });
    };
    const ours = { id: 'cs_9', metadata: { payment_id: 'pay_9' } };
    expect(reading('checkout.session.completed', ours).verdict).toBe('news');
    expect(reading('charge.succeeded', ours).verdict).toBe('ignored');
    const foreign = { id: 'cs_9', metadata: { order: '7' } };
    expect(reading('checkout.session.completed', foreign).verdict).toBe('ignored');
    const theirName = { metadata: { payment_id: 'order #7' } };
    const theirs = { id: 'cs_9', payment_intent: 'pi_9', ...theirName };
    expect(reading('checkout.session.completed', theirs).verdict).toBe('ignored');
    const refunded = reading('charge.refunded', theirs);
    expect(refunded).toMatchObject({ verdict: 'news', chargeId: 'pi_9' });
    expect(refunded).not.toHaveProperty('paymentId');
    expect(reading('refund.created', { id: 're_9', payment_intent: null }).verdict).toBe('ignored');
  });

  test('is signed anew for each try', async () => {
    house.hooks.answerWith(500);
    await happened('pay');
    const first = await until(() => house.hooks.received[0]);
    await until(async () => {
      const { waiting } = await house.admin<{ waiting: { attempts: number }[] }>('webhook');
      return waiting[0]?.attempts === 1 ? true : undefined;
    });
    await house.admin('clock', { seconds: 301 });
    const again = await until(() => house.hooks.received[1]);
    expect(read(house.system, first).verdict).toBe('refused');
    expect(read(house.system, again).verdict).toBe('news');
  });
});

describe('a refund', () => {
  test('goes back in parts, and again with the same id is the same refund', async () => {
    const { order: wanted, chargeId, reference } = await paid();
    const part = refundOrder(wanted, chargeId, { amount: cents(99n) });
    const first = await house.system.refund(part);
    expect(first.status).toBe('refunded');
    await house.admin('clock', { seconds: 25 * 3600 });
    expect(await house.system.refund(part)).toEqual(first);
    await house.system.refund(refundOrder(wanted, chargeId, { amount: cents(400n) }));
    const { refunds } = await status({ reference });
    expect(refunds.map((one) => [one.amount.amountMinor, one.reference === part.refundId])).toEqual(
      [
        [400n, false],
        [99n, true],
      ],
    );
  });

  test('of more than is left is refused and nothing moves', async () => {
    const { order: wanted, chargeId } = await paid();
    const tooMuch = refundOrder(wanted, chargeId, { amount: cents(500n) });
    expect(await house.system.refund(tooMuch)).toMatchObject({ status: 'refused' });
    expect(await rows('refunds')).toHaveLength(0);
  });

  test('whose answer was lost is found and never made twice', async () => {
    const { order: wanted, chargeId } = await paid();
    const lost = refundOrder(wanted, chargeId);
    await fault('malformed', { match: 'POST' });
    expect((await failureOf(house.system.refund(lost))).failure).toBe('unknown');
    const found = await house.system.fetchRefund?.(lost);
    expect(found?.status).toBe('refunded');
    expect(await house.system.refund(lost)).toEqual(found);
    expect(await rows('refunds')).toHaveLength(1);
  });

  test('that is pending can still fail', async () => {
    const { order: wanted, chargeId, invoiceId } = await paid();
    await house.admin('refundOutcome', { id: invoiceId, status: 'pending' });
    const slow = refundOrder(wanted, chargeId);
    const { status: now, systemRefundId = '' } = await house.system.refund(slow);
    expect(now).toBe('pending');
    await house.admin('settle', { id: systemRefundId, status: 'failed', reason: 'expired_card' });
    expect(await house.system.fetchRefund?.({ ...slow, systemRefundId })).toEqual({
      status: 'refused',
      systemRefundId,
      detail: 'expired_card',
    });
  });
});

describe('a dispute', () => {
  test('marks the charge until it is won, and for good when it is lost', async () => {
    const won = await happened('pay', 'dispute');
    expect((await status(won)).charges).toMatchObject([{ disputed: true }]);
    await house.admin('win', { id: won.invoiceId });
    expect((await status(won)).charges).toMatchObject([{ disputed: false }]);
    const lost = await happened('pay', 'dispute', 'lose');
    expect((await status(lost)).charges).toMatchObject([{ disputed: true }]);
  });

  test('that is a mere inquiry takes nothing yet', async () => {
    const invoice = await happened('pay');
    await house.admin('dispute', { id: invoice.invoiceId, inquiry: true });
    expect((await status(invoice)).charges).toMatchObject([{ disputed: false }]);
  });
});

test('charges and refunds are listed oldest first, those of the dashboard too', async () => {
  const since = new Date(Date.now() - 60_000);
  const first = await paid();
  await house.admin('clock', { seconds: 30 * 3600 });
  const second = await paid();
  await house.admin('refund', { id: first.invoiceId, amount: 100 });
  const page = await house.system.listSince!(since);
  const next = await house.system.listSince!(since, page.cursor);
  expect(page.transactions).toMatchObject([
    { kind: 'charge', paymentId: first.order.paymentId, charge: { fee: cents(44n) } },
  ]);
  const both = [...next.transactions].toSorted((a, b) => a.kind.localeCompare(b.kind));
  expect(both).toMatchObject([
    { kind: 'charge', charge: { chargeId: second.chargeId } },
    { kind: 'refund', refund: { chargeId: first.chargeId, amount: cents(100n) } },
  ]);
  expect([both[1], next.cursor]).toEqual([
    expect.not.objectContaining({ paymentId: expect.anything() }),
    undefined,
  ]);
});

test('money of another shop in the account that Easel cannot count hides nothing of ours', async () => {
  const ours = await paid();
  await house.admin('refund', { id: ours.invoiceId, amount: 100 });
  const late = await happened('payLater', 'confirm');
  const pounds = async (url: string | URL, init?: RequestInit) => {
    const text = await (await fetch(url, init)).text();
    if (String(url).includes('/payment_intents/')) {
      return new Response(text.replaceAll('"usd"', '"gbp"'));
    }
    const said = JSON.parse(text) as { data?: object[] };
    const foreign = (one: object) => ({
      ...one,
      id: 'x_1',
      payment_intent: 'pi_1',
      currency: 'gbp',
    });
    const isOfMoney = /\/(charges|refunds)/.test(String(url));
    const more = said.data?.flatMap((one) => (isOfMoney ? [foreign(one), one] : [one]));
    return Response.json({ ...said, data: more });
  };
  const { transactions } = await house.connect({}, pounds).listSince!(
    new Date(Date.now() - 60_000),
  );
  const { paymentId } = late.order;
  const names = transactions.map(({ kind, paymentId: id }) => `${kind} ${id ?? '-'}`).sort();
  expect(names).toEqual([`charge ${ours.order.paymentId}`, `charge ${paymentId}`, 'refund -']);
});

test('a charge of a slow method is listed when its money came, however long that took', async () => {
  const slow = await happened('payLater');
  await house.admin('clock', { seconds: 5 * 24 * 3600 });
  const since = new Date(Date.now() + 4 * 24 * 3_600_000);
  expect((await house.system.listSince!(since)).transactions).toEqual([]);
  await house.admin('confirm', { id: slow.invoiceId });
  const [charge] = (await status(slow)).charges;
  const pages = await house.system.listSince!(since);
  const more = pages.cursor === undefined ? [] : await house.system.listSince!(since, pages.cursor);
  const all = [...pages.transactions, ...('transactions' in more ? more.transactions : [])];
  expect(all).toEqual([{ kind: 'charge', paymentId: slow.order.paymentId, charge }]);
});

test('a dispute is listed when it began, with its charge, however old that is', async () => {
  const old = await happened('pay');
  await house.admin('clock', { seconds: 40 * 24 * 3600 });
  const since = new Date(Date.now() + 39.5 * 24 * 3_600_000);
  expect((await house.system.listSince!(since)).transactions).toEqual([]);
  await house.admin('dispute', { id: old.invoiceId });
  const { transactions } = await house.system.listSince!(since);
  const [charge] = (await status(old)).charges;
  expect(charge).toMatchObject({ disputed: true });
  expect(transactions).toEqual([{ kind: 'charge', paymentId: old.order.paymentId, charge }]);
  const fresh = await happened('pay', 'dispute');
  const again = await house.system.listSince!(since);
  expect(again.transactions.map(({ paymentId }) => paymentId).toSorted()).toEqual(
    [old, fresh].map(({ order }) => order.paymentId).toSorted(),
  );
});

test.each(['charges', 'refunds', 'events', 'disputes'])(
  'a list of more %s than Easel reads is no list at all, not one cut short',
  async (kind) => {
    let pages = 0;
    const endless = house.connect({}, (url) => {
      const isIt = String(url).includes(`/v1/${kind}`);
      if (isIt) pages += 1;
      const row = (at: number) => ({
        id: `x_${pages}_${at}`,
        currency: 'usd',
        data: { object: {} },
      });
      const data = isIt ? Array.from({ length: 100 }, (_, at) => row(at)) : [];
      return Promise.resolve(Response.json({ object: 'list', data, has_more: isIt, url: '/' }));
    });
    const since = new Date(Date.now() - 60_000);
    expect((await failureOf(endless.listSince!(since))).failure).toBe('transient');
    expect(pages).toBe(100);
  },
);

describe('failures', () => {
  test.each([
    [400, 'invalid', 'invalid'],
    [401, 'auth', 'auth'],
    [402, 'invalid', 'invalid'],
    [403, 'auth', 'auth'],
    [404, 'not-found', 'not-found'],
    [409, 'transient', 'transient'],
    [429, 'transient', 'transient'],
    [500, 'unknown', 'transient'],
    [503, 'unknown', 'transient'],
  ])('HTTP %i is %s for a session and %s for a question', async (code, opening, asking) => {
    const invoice = await opened();
    await fault('status', { status: code, times: 2 });
    expect((await failureOf(house.system.openInvoice(order()))).failure).toBe(opening);
    expect((await failureOf(status(invoice))).failure).toBe(asking);
  });

  test('a closed connection is told, not tried again behind our back', async () => {
    await fault('close-socket', { match: 'POST' });
    expect((await failureOf(house.system.openInvoice(order()))).failure).toBe('unknown');
    const log = await house.admin<unknown[]>('log?kind=request');
    expect(log).toHaveLength(1);
  });

  test('a system that is not there was never asked', async () => {
    const away = house.connect({}, () =>
      Promise.reject(new TypeError('fetch failed', { cause: { code: 'ENOTFOUND' } })),
    );
    expect((await failureOf(away.openInvoice(order()))).failure).toBe('transient');
  });

  test('a wait the system asks for is told, a wrong key never shown', async () => {
    await fault('status', { status: 429, retryAfterSeconds: 7 });
    expect((await failureOf(house.system.openInvoice(order()))).retryAfterMs).toBe(7_000);
    const wrong = house.connect({ STRIPE_SECRET_KEY: 'sk_live_wrong' });
    const { failure, message } = await failureOf(wrong.openInvoice(order()));
    expect([failure, message.includes('sk_live_wrong')]).toEqual(['auth', false]);
  });

  test('money Easel cannot count is not taken for another sum', async () => {
    const invoice = await happened('pay');
    const yen = house.connect({}, async (url, init) => {
      const text = await (await fetch(url, init)).text();
      return new Response(text.replaceAll('"usd"', '"jpy"'));
    });
    expect((await failureOf(yen.fetchStatus!(invoice.reference))).failure).toBe('invalid');
  });
});
