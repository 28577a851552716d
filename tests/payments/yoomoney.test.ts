import { createHmac } from 'node:crypto';
import { parseKeepingNumbers } from '../../src/payments/yoomoney-history';
import { yoomoney } from '../../src/payments/yoomoney';
import { yoomoneyStandIn } from '../../src/sandbox/payments/yoomoney';
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
const secret = '01234567890ABCDEF01234567890';

let house: PaymentHouse;

beforeEach(async () => {
  house = await openPaymentHouse({
    definition: yoomoney,
    standIn: yoomoneyStandIn,
    env: (url) => ({ ...yoomoneyStandIn.keys, YOOMONEY_URL: url }),
  });
});

afterEach(() => house.close());

/** An order whose form was opened by the payer's browser; `id` is the link's at the stand-in. */
async function opened(more = '') {
  const order = invoiceOrder(price);
  const { payUrl = '' } = await house.system.openInvoice(order);
  const response = await fetch(`${payUrl}${more}`, { redirect: 'manual' });
  const id = response.headers.get('location')?.split('/').at(-1) ?? '';
  return { order, id, payUrl, reference: referenceOf(order) };
}

async function paid(action = 'pay', more = '') {
  const invoice = await opened(more);
  await house.admin(action, { id: invoice.id });
  return invoice;
}

const status = (invoice: Pick<Awaited<ReturnType<typeof opened>>, 'reference'>) =>
  house.system.fetchStatus?.(invoice.reference);
const notice = (index = 0) => until(() => house.hooks.received[index]);
const withoutToken = () => {
  const { YOOMONEY_ACCESS_TOKEN: _, ...env } = { ...yoomoneyStandIn.keys, YOOMONEY_URL: house.url };
  return yoomoney.create(yoomoney.settings.parse(env), { http: fetch, now: () => new Date() });
};
/** What the adapter makes of a form, under the secret of the vectors. */
const readForm = (form: string) =>
  read(house.connect({ YOOMONEY_NOTIFICATION_SECRET: secret }), {
    rawBody: Buffer.from(form),
    headers: {},
  });

describe('the signatures', () => {
  const signed =
    'amount=300.00&bill_id=&codepro=false&currency=643&datetime=2026-07-01T09%3A00%3A00Z' +
    '&label=pay_42%20%D1%82%D0%B5%D1%81%D1%82&notification_type=p2p-incoming&operation_id=1234567' +
    '&sender=41001XXXXXXXX&unaccepted=false&withdraw_amount=301.50';
  const sign = '4c394307a7ee29ec4ae25e58d107056c03addddf39c0d99aad12635e8584623a';
  const hashed =
    'notification_type=p2p-incoming&operation_id=1234567&amount=300.00&currency=643' +
    '&datetime=2011-07-01T09%3A00%3A00.000%2B04%3A00&sender=41001XXXXXXXX&codepro=false' +
    '&label=YM.label.12345';
  const sha1 = 'a2ee4a9195f4a90e893cff4f62eeba0b662321f9';

  test('of the documented examples are right, in whatever order the fields come', () => {
    // The labels of the examples are none of ours, which is only found out behind the signature.
    const right = { verdict: 'ignored', reason: 'of no order' };
    expect(readForm(`${signed}&sign=${sign}`)).toEqual(right);
    expect(readForm(`sign=${sign}&${signed.split('&').reverse().join('&')}`)).toEqual(right);
    expect(readForm(`${hashed}&sha1_hash=${sha1}`)).toEqual(right);
  });

  test.each([
    ['one bit of the signature', `${signed}&sign=5${sign.slice(1)}`],
    ['a field', `${signed.replace('301.50', '901.50')}&sign=${sign}`],
    ['an empty field left out', `${signed.replace('bill_id=&', '')}&sign=${sign}`],
    ['a field added', `${signed}&extra=1&sign=${sign}`],
    ['half of the signature', `${signed}&sign=${sign.slice(0, 32)}`],
    ['no signature', signed],
    ['an empty signature', `${signed}&sign=`],
    ['letters that are no hex', `${signed}&sign=${'z'.repeat(64)}`],
    ['a field of the old signature', `${hashed.replace('300.00', '900.00')}&sha1_hash=${sha1}`],
    ['half of the body', signed.slice(0, 100)],
    ['no body', ''],
  ])('with %s changed are refused', (_what, form) => {
    expect(readForm(form).verdict).toBe('refused');
  });

  test('over a field that comes twice are not looked at', () => {
    expect(readForm(`${signed}&amount=1.00&sign=${sign}`).verdict).toBe('malformed');
  });

  test('made over spaces as pluses are right too', () => {
    const form = signed.replaceAll('%20', '+');
    const plus = createHmac('sha256', secret).update(form).digest('hex');
    expect(readForm(`${form}&sign=${plus}`).verdict).toBe('ignored');
  });
});

describe('a payment', () => {
  test('is a link to the form with our label and exact sum', async () => {
    const { payUrl, order } = await opened();
    const { searchParams, pathname } = new URL(payUrl);
    expect(pathname).toBe('/quickpay/confirm');
    expect(Object.fromEntries(searchParams)).toEqual({
      receiver: '41001000000000',
      'quickpay-form': 'button',
      paymentType: 'AC',
      sum: '499.00',
      label: order.paymentId,
      successURL: 'https://t.me/easel_bot',
    });
  });

  test('is proven by its notice: what was paid, what the fee was', async () => {
    const { order } = await paid();
    const [operation] = await house.admin<{ id: string }[]>('tables/operations');
    expect(read(house.system, await notice())).toEqual({
      verdict: 'news',
      eventId: operation?.id,
      event: 'card-incoming',
      paymentId: order.paymentId,
      charge: {
        chargeId: operation?.id,
        paid: price,
        fee: rubles(1_497n),
        at: expect.any(Date),
      },
    });
  });

  test('is found in the history when every notice was lost', async () => {
    await house.admin('faults', { at: 'webhook', kind: 'drop' });
    const invoice = await opened();
    expect(await status(invoice)).toEqual({ state: 'open', charges: [], refunds: [] });
    await house.admin('pay', { id: invoice.id });
    expect(await status(invoice)).toMatchObject({
      state: 'closed',
      charges: [{ paid: price, fee: rubles(1_497n) }],
    });
  });

  test('made twice by one link is two charges', async () => {
    const invoice = await paid();
    await house.admin('payTwice', { id: invoice.id });
    const charges = (await status(invoice))?.charges ?? [];
    expect(new Set(charges.map(({ chargeId }) => chargeId)).size).toBe(2);
  });

  test.each([
    ['underpay', 24_201n],
    ['overpay', 72_604n],
  ])('with another sum (%s) is told as it came', async (action, net) => {
    const invoice = await paid(action);
    expect((await status(invoice))?.charges).toMatchObject([{ paid: rubles(net), isNet: true }]);
    expect(read(house.system, await notice())).toMatchObject({
      charge: { paid: rubles(action === 'underpay' ? 24_950n : 74_850n) },
    });
  });

  test('by a form the payer changed is told with the sum they paid', async () => {
    const cheap = await paid('pay', '&sum=2.00');
    expect((await status(cheap))?.charges).toMatchObject([{ paid: rubles(194n), isNet: true }]);
  });

  test('the wallet cannot take yet is on its way, and told again once it can', async () => {
    const invoice = await paid('lock');
    expect((await status(invoice))?.state).toBe('processing');
    const first = read(house.system, await notice());
    expect(first).toEqual(expect.not.objectContaining({ charge: expect.anything() }));
    await house.admin('unlock', { id: invoice.id });
    const second = read(house.system, await notice(1));
    expect(second).toMatchObject({ verdict: 'news', charge: { paid: price } });
    const ids = [first, second].map((one) => (one.verdict === 'news' ? one.eventId : ''));
    expect(ids[0]).toBe(`${ids[1]}:waiting`);
    expect((await status(invoice))?.state).toBe('closed');
  });
});

describe('a notice', () => {
  test('is tried three times and then never again', async () => {
    house.hooks.answerWith(500, 500, 500, 200);
    await paid();
    await notice(0);
    await house.admin('clock', { seconds: 601 });
    await notice(1);
    await house.admin('clock', { seconds: 3601 });
    await notice(2);
    await until(async () => {
      const { waiting } = await house.admin<{ waiting: unknown[] }>('webhook');
      return waiting.length === 0 ? true : undefined;
    });
    await house.admin('clock', { seconds: 100_000 });
    expect(house.hooks.received).toHaveLength(3);
  });

  test('with both signatures is believed as a whole', async () => {
    await house.admin('signatures', { id: 'wallet', mode: 'both' });
    await paid();
    expect(read(house.system, await notice())).toMatchObject({ charge: { paid: price } });
  });

  test('with the old signature only makes us ask, or is told as what came', async () => {
    await house.admin('signatures', { id: 'wallet', mode: 'sha1' });
    const { order } = await paid();
    const old = await notice();
    const news = { verdict: 'news', paymentId: order.paymentId };
    expect(read(house.system, old)).toMatchObject(news);
    expect(read(house.system, old)).not.toHaveProperty('charge');
    // The old signature does not cover what the payer was charged.
    const raised = {
      ...old,
      rawBody: Buffer.from(String(old.rawBody).replace('499.00', '999.00')),
    };
    const charge = { paid: rubles(48_403n), isNet: true };
    expect(read(withoutToken(), raised)).toMatchObject({ ...news, charge });
  });

  test('of the test button, of no order or of another currency is ignored', async () => {
    await house.admin('test', { id: 'wallet' });
    expect(read(house.system, await notice())).toMatchObject({
      verdict: 'ignored',
      reason: 'a test',
    });
    await paid('pay', '&label=');
    expect(read(house.system, await notice(1))).toMatchObject({ reason: 'of no order' });
    const dollars =
      'amount=5.00&codepro=false&currency=840&datetime=2026-07-01T09%3A00%3A00Z&label=pay_1' +
      '&notification_type=p2p-incoming&operation_id=1&sender=';
    const sign = createHmac('sha256', secret).update(dollars).digest('hex');
    expect(readForm(`${dollars}&sign=${sign}`)).toMatchObject({ reason: 'not in rubles' });
  });

  test('damaged on its way is refused, and its next try is taken', async () => {
    await house.admin('faults', { at: 'webhook', kind: 'corrupt' });
    house.hooks.answerWith(401);
    await paid();
    expect(read(house.system, await notice()).verdict).toBe('refused');
    await house.admin('clock', { seconds: 601 });
    expect(read(house.system, await notice(1)).verdict).toBe('news');
  });
});

test('without a token nothing is asked and everything hangs on the notices', async () => {
  const system = withoutToken();
  expect([system.fetchStatus, system.listSince]).toEqual([undefined, undefined]);
  await paid();
  expect(read(system, await notice())).toMatchObject({ charge: { paid: price } });
});

test('money goes back by hand only', async () => {
  const order = refundOrder(invoiceOrder(price), 'op');
  expect(await house.system.refund(order)).toEqual({ status: 'manual' });
});

test('the history is listed oldest first, as what came', async () => {
  const since = new Date(Date.now() - 60_000);
  const first = await paid();
  await house.admin('clock', { seconds: 30 * 3600 });
  const second = await paid();
  const page = await house.system.listSince!(since);
  const next = await house.system.listSince!(since, page.cursor);
  expect([...page.transactions, ...next.transactions]).toMatchObject([
    { kind: 'charge', paymentId: first.order.paymentId, charge: { paid: rubles(48_403n) } },
    { kind: 'charge', paymentId: second.order.paymentId, charge: { isNet: true } },
  ]);
  expect(next.cursor).toBeUndefined();
});

test('amounts of the history are never read as floats', () => {
  const text =
    '{"amount":90071992547409.93,"b":[1e3,-0.10],"label":"1.50 \\"2\\"","ok":true,"no":null}';
  expect(parseKeepingNumbers(text)).toEqual({
    amount: '90071992547409.93',
    b: ['1e3', '-0.10'],
    label: '1.50 "2"',
    ok: true,
    no: null,
  });
  expect(parseKeepingNumbers('{"a":')).toBeUndefined();
});

describe('failures of the history', () => {
  test.each([
    [400, 'invalid'],
    [401, 'auth'],
    [403, 'auth'],
    [404, 'not-found'],
    [429, 'transient'],
    [500, 'transient'],
  ])('HTTP %i is %s', async (code, failure) => {
    const invoice = await opened();
    await house.admin('faults', { at: 'api', kind: 'status', status: code });
    expect((await failureOf(house.system.fetchStatus!(invoice.reference))).failure).toBe(failure);
  });

  test.each(['lose-answer', 'malformed', 'close-socket'])('%s is tried again', async (kind) => {
    const invoice = await paid();
    await house.admin('faults', { at: 'api', kind });
    const error = await failureOf(house.system.fetchStatus!(invoice.reference));
    expect(error.failure).toBe('transient');
    expect((await status(invoice))?.charges).toHaveLength(1);
  });

  test('a wrong token is said to the owner and never shown', async () => {
    const system = house.connect({ YOOMONEY_ACCESS_TOKEN: 'wrong-token' });
    const error = await failureOf(system.fetchStatus!(referenceOf(invoiceOrder(price))));
    expect(error.failure).toBe('auth');
    expect(error.message).not.toContain('wrong-token');
  });

  test('an error in an answer of 200 is an error', async () => {
    const answer = (error: string) =>
      house.connect({}, () => Promise.resolve(Response.json({ error })));
    const asked = async (error: string) =>
      (await failureOf(answer(error).fetchStatus!(referenceOf(invoiceOrder(price))))).failure;
    expect(await asked('illegal_param_label')).toBe('invalid');
    expect(await asked('technical_error')).toBe('transient');
  });
});
