import { PaymentSystemError, type InvoiceOrder } from '../../src/payments/payment-system';
import { yookassa } from '../../src/payments/yookassa';
import { yookassaStandIn } from '../../src/sandbox/payments/yookassa';
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

const price = { amountMinor: 49_900n, currency: 'RUB' } as const;
const rubles = (amountMinor: bigint) => ({ amountMinor, currency: 'RUB' }) as const;
const longAgo = () => new Date(Date.now() - 60_000);

let house: PaymentHouse;

beforeEach(async () => {
  house = await openPaymentHouse({
    definition: yookassa,
    standIn: yookassaStandIn,
    env: (url) => ({
      YOOKASSA_API_URL: `${url}/v3`,
      YOOKASSA_SHOP_ID: '100500',
      YOOKASSA_SECRET_KEY: 'test_sandbox_yookassa',
      YOOKASSA_WEBHOOK_NETWORKS: '127.0.0.0/8',
    }),
  });
});

afterEach(() => house.close());

async function opened(order: InvoiceOrder = invoiceOrder(price)) {
  const { invoiceId = '', payUrl } = await house.system.openInvoice(order);
  return { order, invoiceId, payUrl, reference: referenceOf(order, invoiceId) };
}

async function paid(body: Record<string, unknown> = {}) {
  const invoice = await opened();
  await house.admin('pay', { id: invoice.invoiceId, ...body });
  return invoice;
}

const status = (invoice: { reference: ReturnType<typeof referenceOf> }, system = house.system) =>
  system.fetchStatus?.(invoice.reference);
const fault = (kind: string, more: Record<string, unknown> = {}) =>
  house.admin('faults', { at: 'api', kind, ...more });
const rows = <T>(table: string) => house.admin<T[]>(`tables/${table}`);

describe('an invoice', () => {
  test('is opened by a link, is open, then paid with its fee', async () => {
    const invoice = await opened();
    expect(invoice.payUrl).toBe(`${house.url}/pay/${invoice.invoiceId}`);
    expect(await status(invoice)).toEqual({ state: 'open', charges: [], refunds: [] });
    await house.admin('pay', { id: invoice.invoiceId });
    expect(await status(invoice)).toEqual({
      state: 'closed',
      charges: [
        { chargeId: invoice.invoiceId, paid: price, fee: rubles(1_746n), at: expect.any(Date) },
      ],
      refunds: [],
    });
  });

  test('asked for again is the same invoice', async () => {
    const { order, invoiceId } = await opened();
    expect((await house.system.openInvoice(order)).invoiceId).toBe(invoiceId);
    expect(await rows('payments')).toHaveLength(1);
  });

  test('whose answer was lost is unknown, and is found by our id', async () => {
    for (const kind of ['lose-answer', 'malformed']) {
      const order = invoiceOrder(price);
      await fault(kind, { match: 'POST' });
      expect((await failureOf(house.system.openInvoice(order))).failure).toBe('unknown');
      const found = await house.system.findInvoice?.(referenceOf(order));
      expect(found?.payUrl).toContain('/pay/');
      expect(await house.system.openInvoice(order)).toEqual(found);
    }
    expect(await house.system.findInvoice?.(referenceOf(invoiceOrder(price)))).toBeUndefined();
  });

  test('of an order that changed under its key is unknown, never another payment', async () => {
    const { order } = await opened();
    const changed = { ...order, price: rubles(50_000n) };
    expect((await failureOf(house.system.openInvoice(changed))).failure).toBe('unknown');
    expect(await rows('payments')).toHaveLength(1);
  });

  test('that was never opened has no charges', async () => {
    const report = await house.system.fetchStatus?.(referenceOf(invoiceOrder(price)));
    expect(report).toEqual({ state: 'open', charges: [], refunds: [] });
  });

  test('nobody paid closes after an hour', async () => {
    const invoice = await opened();
    await house.admin('clock', { seconds: 3_700 });
    expect(await status(invoice)).toEqual({ state: 'closed', charges: [], refunds: [] });
  });

  test('of another order is not taken for ours', async () => {
    const { invoiceId } = await paid();
    const other = referenceOf(invoiceOrder(price), invoiceId);
    expect((await failureOf(house.system.fetchStatus!(other))).failure).toBe('invalid');
  });
});

describe('a charge', () => {
  test('of a test shop is doubtful for a live key, and so is one of another shop', async () => {
    const live = { YOOKASSA_SECRET_KEY: 'live_key_1' };
    const report = {
      id: 'p1',
      status: 'succeeded',
      amount: { value: '499.00', currency: 'RUB' },
      created_at: '2026-01-22T14:30:45.129Z',
      recipient: { account_id: '100500' },
      test: true,
      metadata: { payment_id: 'pay_x' },
    };
    const answer = (body: unknown) => () => Promise.resolve(Response.json(body));
    const doubt = async (payment: object, env: Record<string, string>) => {
      const system = house.connect(env, (url) =>
        answer(String(url).includes('/refunds') ? { items: [] } : payment)(),
      );
      const reference = { ...referenceOf(invoiceOrder(price), 'p1'), paymentId: 'pay_x' };
      return (await system.fetchStatus?.(reference))?.charges[0]?.doubt;
    };
    expect(await doubt(report, {})).toBeUndefined();
    expect(await doubt(report, live)).toBe('test');
    expect(await doubt({ ...report, test: false }, live)).toBeUndefined();
    const foreign = { ...report, test: false, recipient: { account_id: '9' } };
    expect(await doubt(foreign, live)).toBe('foreign-shop');
  });

  test('is told as it was made, whatever was agreed', async () => {
    const invoice = await paid({ amount: '1.00' });
    expect((await status(invoice))?.charges[0]?.paid).toEqual(rubles(100n));
    const odd = await paid({ accountId: '666' });
    expect((await status(odd))?.charges[0]?.doubt).toBe('foreign-shop');
  });
});

describe('a webhook', () => {
  const received = () => until(() => house.hooks.received.at(-1));

  test('from YooKassa names the payment, and twice the same event has one id', async () => {
    const { order, invoiceId } = await paid();
    const news = {
      verdict: 'news',
      eventId: `payment.succeeded:${invoiceId}`,
      event: 'payment.succeeded',
      paymentId: order.paymentId,
      invoiceId,
    };
    const callback = await received();
    expect(read(house.system, callback)).toEqual(news);
    expect(read(house.system, callback)).toEqual(news);
  });

  test.each([
    ['185.71.76.1', 'news'],
    ['185.71.76.32', 'refused'],
    ['77.75.156.35', 'news'],
    ['77.75.156.36', 'refused'],
    ['::ffff:77.75.153.7', 'news'],
    ['2a02:5180:0:1509::7', 'news'],
    ['2a03:5180::1', 'refused'],
    ['127.0.0.1', 'refused'],
    ['not an address', 'refused'],
    ['', 'refused'],
  ])('from %p is %s', async (ip, verdict) => {
    await paid();
    const { YOOKASSA_WEBHOOK_NETWORKS: _, ...env } = {
      YOOKASSA_WEBHOOK_NETWORKS: '',
      YOOKASSA_API_URL: house.url,
      YOOKASSA_SHOP_ID: '100500',
      YOOKASSA_SECRET_KEY: 'live_key_1',
    };
    const official = yookassa.create(yookassa.settings.parse(env), {
      http: fetch,
      now: () => new Date(),
    });
    expect(read(official, await received(), ip).verdict).toBe(verdict);
  });

  test('cut off, empty or of another form is malformed, and of no interest is ignored', async () => {
    await paid();
    const { rawBody, headers } = await received();
    const verdict = (body: Buffer | string) =>
      read(house.system, { rawBody: Buffer.from(body as string), headers }).verdict;
    expect(verdict(rawBody.subarray(0, rawBody.length - 2))).toBe('malformed');
    expect(verdict('')).toBe('malformed');
    expect(
      verdict('{"type":"notification","event":"payment.succeeded","object":{"id":"../x"}}'),
    ).toBe('malformed');
    expect(verdict('{"type":"notification","event":"payout.succeeded","object":{}}')).toBe(
      'ignored',
    );
  });

  test('is repeated until exactly 200 and tells of refunds by their payment', async () => {
    house.hooks.answerWith(500, 201, 200);
    const { order, invoiceId } = await paid();
    await until(() => house.hooks.received[0]);
    await house.admin('clock', { seconds: 11 });
    await until(() => house.hooks.received[1]);
    await house.admin('clock', { seconds: 31 });
    await until(() => house.hooks.received[2]);
    await house.system.refund(refundOrder(order, invoiceId));
    const callback = await until(() => house.hooks.received[3]);
    expect(read(house.system, callback)).toMatchObject({ event: 'refund.succeeded', invoiceId });
  });
});

describe('a refund', () => {
  test('goes back in parts, and again with the same id is the same refund', async () => {
    const { order, invoiceId, reference } = await paid();
    const part = refundOrder(order, invoiceId, { amount: rubles(9_900n) });
    const first = await house.system.refund(part);
    expect(first.status).toBe('refunded');
    await house.admin('clock', { seconds: 25 * 3600 });
    expect(await house.system.refund(part)).toEqual(first);
    await house.system.refund(refundOrder(order, invoiceId, { amount: rubles(40_000n) }));
    const refunds = (await house.system.fetchStatus?.(reference))?.refunds ?? [];
    expect(refunds.map((one) => [one.amount.amountMinor, one.status])).toEqual([
      [40_000n, 'refunded'],
      [9_900n, 'refunded'],
    ]);
    expect(refunds[1]).toMatchObject({ reference: part.refundId, chargeId: invoiceId });
  });

  test('of more than is left is refused and nothing moves', async () => {
    const { order, invoiceId } = await paid();
    const tooMuch = refundOrder(order, invoiceId, { amount: rubles(49_901n) });
    expect(await house.system.refund(tooMuch)).toMatchObject({ status: 'refused' });
    expect(await rows('refunds')).toHaveLength(0);
  });

  test('whose answer was lost is found and never made twice', async () => {
    const { order, invoiceId } = await paid();
    const wanted = refundOrder(order, invoiceId);
    await fault('lose-answer', { match: 'POST' });
    expect((await failureOf(house.system.refund(wanted))).failure).toBe('unknown');
    const found = await house.system.fetchRefund?.(wanted);
    expect(found?.status).toBe('refunded');
    expect(await house.system.refund(wanted)).toEqual(found);
    expect(await rows('refunds')).toHaveLength(1);
  });

  test('that is pending is asked for until it ends', async () => {
    const { order, invoiceId } = await paid();
    await house.admin('refundOutcome', { id: invoiceId, status: 'pending' });
    const wanted = refundOrder(order, invoiceId);
    const { status: now, systemRefundId = '' } = await house.system.refund(wanted);
    expect(now).toBe('pending');
    const again = { ...wanted, systemRefundId };
    expect((await house.system.fetchRefund?.(again))?.status).toBe('pending');
    // This very one is over, also when another could be tried.
    const end = { status: 'canceled', reason: 'insufficient_funds' };
    await house.admin('settle', { id: systemRefundId, ...end });
    expect(await house.system.fetchRefund?.(again)).toMatchObject({
      status: 'refused',
      detail: 'insufficient_funds',
    });
  });

  test('the takings of the day do not cover is tried later under a new key', async () => {
    const { order, invoiceId } = await paid();
    const end = { status: 'canceled', reason: 'insufficient_funds' };
    await house.admin('refundOutcome', { id: invoiceId, ...end });
    const wanted = refundOrder(order, invoiceId);
    for (const tries of [1, 2]) {
      const error = await failureOf(house.system.refund(wanted));
      expect([error.failure, error.retryAfterMs]).toEqual(['transient', 3_600_000]);
      expect(await rows('refunds')).toHaveLength(tries);
    }
    expect(await house.system.fetchRefund?.(wanted)).toBeUndefined();
    await house.admin('refundOutcome', { id: invoiceId, status: 'succeeded' });
    expect((await house.system.refund(wanted)).status).toBe('refunded');
  });
});

test('charges and refunds are listed oldest first, those of the cabinet too', async () => {
  const since = longAgo();
  const first = await paid();
  await house.admin('clock', { seconds: 30 * 3600 });
  const second = await paid();
  await house.admin('refund', { id: first.invoiceId, amount: '1.00' });
  const pages = [];
  let cursor: string | undefined;
  do {
    const page = await house.system.listSince!(since, cursor);
    pages.push(...page.transactions);
    cursor = page.cursor;
  } while (cursor !== undefined);
  expect(pages).toMatchObject([
    { kind: 'charge', paymentId: first.order.paymentId, charge: { chargeId: first.invoiceId } },
    { kind: 'charge', paymentId: second.order.paymentId, charge: { chargeId: second.invoiceId } },
    { kind: 'refund', refund: { chargeId: first.invoiceId, amount: rubles(100n) } },
  ]);
  expect(pages[2]).not.toHaveProperty('refund.reference');
});

describe('receipts', () => {
  const on = { YOOKASSA_RECEIPTS: 'on', YOOKASSA_VAT_CODE: '4', YOOKASSA_TAX_SYSTEM: '2' };

  test('go with payments and partial refunds, to the address of the payer', async () => {
    const system = house.connect(on);
    const order = invoiceOrder(price, { email: 'payer@example.com' });
    const { invoiceId = '' } = await system.openInvoice(order);
    await house.admin('pay', { id: invoiceId });
    const amount = rubles(100n);
    await system.refund(refundOrder(order, invoiceId, { amount, email: 'payer@example.com' }));
    const log =
      await house.admin<{ about: { body: string; method: string } }[]>('log?kind=request');
    const sent = log.filter(({ about }) => about.method === 'POST');
    expect(
      sent.map(({ about }) => (JSON.parse(about.body) as { receipt: unknown }).receipt),
    ).toEqual(
      ['499.00', '1.00'].map((value) => ({
        customer: { email: 'payer@example.com' },
        items: [
          expect.objectContaining({
            description: order.description,
            amount: { value, currency: 'RUB' },
            vat_code: 4,
          }),
        ],
        tax_system_code: 2,
      })),
    );
  });

  test('the cash register refused are marked on what was paid and on what went back', async () => {
    const { order, invoiceId, reference } = await paid();
    const made = await house.system.refund(refundOrder(order, invoiceId, { amount: rubles(100n) }));
    expect((await status({ reference }))?.charges[0]).not.toHaveProperty('lacksReceipt');
    await house.admin('receipt', { id: invoiceId, status: 'canceled' });
    await house.admin('receipt', { id: made.systemRefundId, status: 'canceled' });
    const { transactions } = (await house.system.listSince?.(longAgo())) ?? {};
    expect(transactions).toMatchObject([
      { kind: 'charge', charge: { chargeId: invoiceId, lacksReceipt: true } },
      { kind: 'refund', refund: { systemRefundId: made.systemRefundId, lacksReceipt: true } },
    ]);
  });

  test('without any address are refused before anything is asked', async () => {
    const error = await failureOf(house.connect(on).openInvoice(invoiceOrder(price)));
    expect(error.failure).toBe('invalid');
    expect(await rows('payments')).toHaveLength(0);
  });
});

describe('failures', () => {
  test.each([
    [400, 'invalid', 'invalid'],
    [401, 'auth', 'auth'],
    [403, 'auth', 'auth'],
    [404, 'not-found', 'not-found'],
    [429, 'transient', 'transient'],
    [202, 'unknown', 'transient'],
    [500, 'unknown', 'transient'],
    [502, 'unknown', 'transient'],
  ])('HTTP %i is %s for a payment and %s for a question', async (code, opening, asking) => {
    const invoice = await opened();
    await fault('status', { status: code, times: 2 });
    const order = invoiceOrder(price);
    expect((await failureOf(house.system.openInvoice(order))).failure).toBe(opening);
    expect((await failureOf(house.system.fetchStatus!(invoice.reference))).failure).toBe(asking);
  });

  test('a wait the system asks for is told', async () => {
    await fault('status', { status: 429, retryAfterSeconds: 7 });
    const error = await failureOf(house.system.openInvoice(invoiceOrder(price)));
    expect(error.retryAfterMs).toBe(7_000);
  });

  test('a wrong key is said to the owner and never shown', async () => {
    const system = house.connect({ YOOKASSA_SECRET_KEY: 'live_wrong_key' });
    const error = await failureOf(system.openInvoice(invoiceOrder(price)));
    expect(error.failure).toBe('auth');
    expect(error.message).not.toContain('live_wrong_key');
  });

  test('a system that is not there was never asked', async () => {
    const away = house.connect({}, () =>
      Promise.reject(new TypeError('fetch failed', { cause: { code: 'ECONNREFUSED' } })),
    );
    const error = await failureOf(away.openInvoice(invoiceOrder(price)));
    expect([error.failure, error instanceof PaymentSystemError]).toEqual(['transient', true]);
  });
});
