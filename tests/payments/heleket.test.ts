import { heleket } from '../../src/payments/heleket';
import { heleketSign } from '../../src/payments/heleket-api';
import type { SystemTransaction } from '../../src/payments/payment-system';
import { heleketStandIn } from '../../src/sandbox/payments/heleket';
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

const key = 'test-payment-key';
const price = { amountMinor: 1_500n, currency: 'USD' } as const;
const cents = (amountMinor: bigint) => ({ amountMinor, currency: 'USD' }) as const;

let house: PaymentHouse;

beforeEach(async () => {
  house = await openPaymentHouse({
    definition: heleket,
    standIn: heleketStandIn,
    env: (url) => ({ ...heleketStandIn.keys, HELEKET_API_URL: url }),
  });
});

afterEach(() => house.close());

async function opened(given = {}) {
  const order = invoiceOrder(price, { webhookUrl: house.hooks.url, ...given });
  const { invoiceId = '' } = await house.system.openInvoice(order);
  const status = () => house.system.fetchStatus!(referenceOf(order, invoiceId));
  return { order, invoiceId, status };
}

test('requests are signed as the vectors say', () => {
  expect(heleketSign('', key)).toBe('0f471ea3d804a8999b0b45e578e8b652');
  expect(heleketSign('{}', key)).toBe('8e79fed066ca39c2ab37fe3fe6eb0905');
  const body =
    '{"amount":"15.00","currency":"USD","order_id":"pay_42","url_callback":"https://api.example.com/wh/heleket"}';
  expect(heleketSign(body, key)).toBe('94a85bcffb1835359bdab722ab787b60');
});

describe('an invoice of Heleket', () => {
  test('lives between five minutes and twelve hours, whatever is asked', async () => {
    for (const [wanted, lives] of [
      [60, 300],
      [1_800, 1_800],
      [86_400, 43_200],
    ] as const) {
      const { order } = await opened({ expiresAt: new Date(Date.now() + wanted * 1000) });
      const rows = await house.admin<Record<string, number>[]>('tables/invoices');
      const row = rows.find((one) => String(one['orderId']) === order.paymentId);
      const seconds = ((row?.['expiresAt'] ?? 0) - (row?.['createdAt'] ?? 0)) / 1000;
      expect(Math.abs(seconds - lives)).toBeLessThan(5);
    }
  });

  test('of the same order for another amount is refused and not sold', async () => {
    const { order } = await opened();
    const dearer = { ...order, price: cents(2_000n) };
    expect((await failureOf(house.system.openInvoice(dearer))).failure).toBe('invalid');
  });

  test('is open, processing, then paid with its fee', async () => {
    const { invoiceId, status } = await opened();
    expect((await status()).state).toBe('open');
    await house.admin('wait', { id: invoiceId });
    expect(await status()).toEqual({ state: 'processing', charges: [], refunds: [] });
    await house.admin('confirm', { id: invoiceId });
    expect(await status()).toEqual({
      state: 'closed',
      charges: [{ chargeId: invoiceId, paid: price, fee: cents(15n), at: expect.any(Date) }],
      refunds: [],
    });
  });

  test('paid, but not for good yet, is processing, and each of the two is news', async () => {
    const { invoiceId, status } = await opened();
    await house.admin('pay', { id: invoiceId, isFinal: false });
    expect(await status()).toEqual({ state: 'processing', charges: [], refunds: [] });
    await house.admin('confirm', { id: invoiceId });
    expect(await status()).toMatchObject({ state: 'closed', charges: [{ paid: price }] });
    await until(() => house.hooks.received[1]);
    const readings = house.hooks.received.map((one) => read(house.system, one));
    const ids = readings.map((one) => (one.verdict === 'news' ? one.eventId : one.verdict));
    expect(new Set(ids).size).toBe(2);
    expect(readings).toMatchObject([{ event: 'paid' }, { event: 'paid' }]);
  });

  test('paid short waits for the rest, and is what arrived when the rest does not come', async () => {
    const topped = await opened();
    await house.admin('underpay', { id: topped.invoiceId });
    expect(await topped.status()).toEqual({ state: 'processing', charges: [], refunds: [] });
    await house.admin('pay', { id: topped.invoiceId });
    expect((await topped.status()).charges[0]?.paid).toEqual(price);
    const short = await opened();
    await house.admin('underpay', { id: short.invoiceId });
    await house.admin('expire', { id: short.invoiceId });
    expect(await short.status()).toMatchObject({
      state: 'closed',
      charges: [{ paid: cents(750n) }],
    });
  });

  test('paid over is all that arrived', async () => {
    const { invoiceId, status } = await opened();
    await house.admin('overpay', { id: invoiceId });
    expect((await status()).charges[0]?.paid).toEqual(cents(2_250n));
  });

  test('held for an AML check is frozen money, and good once it is let go', async () => {
    const { order, invoiceId, status } = await opened();
    await house.admin('lock', { id: invoiceId });
    expect((await status()).charges[0]).toMatchObject({ chargeId: invoiceId, doubt: 'frozen' });
    let said: unknown;
    const eavesdropping = house.connect({}, async (url, init) => {
      const answer = await fetch(url, init);
      said = await answer.clone().json();
      return answer;
    });
    await eavesdropping.fetchStatus!(referenceOf(order, invoiceId));
    // Heleket calls it final, and yet the check may let it go.
    expect(said).toMatchObject({ result: { payment_status: 'locked', is_final: true } });
    await house.admin('unlock', { id: invoiceId });
    expect((await status()).charges[0]?.doubt).toBeUndefined();
  });

  test('that failed or ran out has no charge', async () => {
    const failed = await opened();
    await house.admin('fail', { id: failed.invoiceId });
    expect(await failed.status()).toEqual({ state: 'closed', charges: [], refunds: [] });
  });

  const reportOf = (more: object) => {
    const result = {
      uuid: 'u-1',
      order_id: 'pay_1',
      amount: '15.00',
      currency: 'USD',
      payer_amount: '15.00',
      payment_status: 'wrong_amount',
      is_final: true,
      url: 'https://pay.heleket.com/pay/u-1',
      created_at: '2026-05-20T10:00:00+03:00',
      ...more,
    };
    const system = house.connect({}, () => Promise.resolve(Response.json({ state: 0, result })));
    return system.fetchStatus?.(referenceOf(invoiceOrder(price)));
  };

  test.each(['paid', 'paid_over'])('that is %s but not final is not paid yet', async (status) => {
    const sums = { payment_status: status, payment_amount: '15.00' };
    const open = await reportOf({ ...sums, is_final: false });
    expect(open).toEqual({ state: 'processing', charges: [], refunds: [] });
    expect(await reportOf(sums)).toMatchObject({ state: 'closed', charges: [{ paid: price }] });
  });

  test('whose sums contradict its status is looked at by a person', async () => {
    const chargeOf = async (more: object) => (await reportOf(more))?.charges[0];
    expect((await chargeOf({ payment_amount: '7.50' }))?.doubt).toBeUndefined();
    expect((await chargeOf({ payment_amount: '15.00' }))?.doubt).toBe('frozen');
    expect((await chargeOf({ payment_amount: null }))?.doubt).toBe('frozen');
    const over = { payment_status: 'paid_over', payment_amount: '1.00' };
    expect((await chargeOf(over))?.doubt).toBe('frozen');
  });
});

describe('a webhook of Heleket', () => {
  const signedPart =
    '{"type":"payment","uuid":"62f88b36-a9d5-4fa6-aa26-e040c3dbf26d","order_id":"pay_42","amount":"15.00000000","payment_amount":"15.00000000","payment_amount_usd":"15.00","merchant_amount":"14.85000000","commission":"0.15000000","is_final":true,"status":"paid","from":"THgEWubVc8tPKXLJ4VZ5zbiiAK7AgqSeGH","wallet_address_uuid":null,"network":"tron","currency":"USD","payer_currency":"USDT","additional_data":"https:\\/\\/ex.ru\\/заказ\\/42","txid":"6f0d9c8374db57cac0d806251473de754f361c83a03cd805f74aa9da3193486b"}';
  const sign = '4b6748eab9df12383abe2f18a3829df9';
  const reading = (body: string) => {
    const env = { ...heleketStandIn.keys, HELEKET_PAYMENT_KEY: key };
    const rawBody = Buffer.from(body);
    return read(house.connect(env), { rawBody, headers: {} });
  };
  const news = {
    verdict: 'news',
    eventId: '62f88b36-a9d5-4fa6-aa26-e040c3dbf26d:paid:15.00000000',
    event: 'paid',
    invoiceId: '62f88b36-a9d5-4fa6-aa26-e040c3dbf26d',
    paymentId: 'pay_42',
  };
  const last = `${signedPart.slice(0, -1)},"sign":"${sign}"}`;

  test('is verified as the vector says, wherever the signature stands', () => {
    expect(reading(last)).toEqual(news);
    expect(reading(`{"sign":"${sign}",${signedPart.slice(1)}`)).toEqual(news);
    const escaped = last.replace('заказ', '\\u0437\\u0430\\u043a\\u0430\\u0437');
    expect(reading(escaped)).toEqual(news);
  });

  test('with numbers no parser keeps is verified by its bytes', () => {
    const odd = '{"type":"payment","uuid":"u-1","status":"paid","rate":1.10}';
    const body = `${odd.slice(0, -1)},"sign":"${heleketSign(odd, key)}"}`;
    expect(reading(body).verdict).toBe('news');
  });

  test('signed without the escapes of PHP, changed or cut is refused', () => {
    expect(reading(last.replace(sign, '39e3cba33e6129d299d13e0a37fd76bc')).verdict).toBe('refused');
    expect(reading(last.replace('14.85', '99.85')).verdict).toBe('refused');
    expect(reading(signedPart).verdict).toBe('refused');
    expect(reading(JSON.stringify(JSON.parse(last))).verdict).toBe('refused');
    expect(reading(last.replace(`,"sign":`, `, "sign": `)).verdict).toBe('refused');
    expect(reading(last.replace(sign, '')).verdict).toBe('refused');
    expect(reading(last.slice(0, -1)).verdict).toBe('malformed');
    expect(reading('').verdict).toBe('malformed');
  });

  test('sent by the stand-in is one, and a resent one is the same event', async () => {
    const { invoiceId } = await opened();
    await house.admin('pay', { id: invoiceId });
    const first = await until(() => house.hooks.received[0]);
    const said = read(house.system, first);
    expect(said).toMatchObject({ verdict: 'news', event: 'paid', invoiceId });
    expect(first.rawBody.toString()).toMatch(/,"sign":"[0-9a-f]{32}"}$/);
  });
});

describe('a refund by Heleket', () => {
  async function paid(env: Record<string, string>) {
    const system = house.connect(env);
    const { order, invoiceId } = await opened();
    await house.admin('pay', { id: invoiceId });
    const report = await system.fetchStatus?.(referenceOf(order, invoiceId));
    const handle = report?.charges[0]?.refundHandle;
    const refund = refundOrder(order, invoiceId, {
      ...(handle !== undefined && { refundHandle: handle }),
    });
    return { system, invoiceId, refund };
  }
  const toSender = { HELEKET_REFUND_TO_SENDER: 'on' };

  test('is by hand without an address, for a part and without the key of payouts', async () => {
    const one = await paid({});
    expect(await one.system.refund(one.refund)).toMatchObject({ status: 'manual' });
    const other = await paid(toSender);
    expect(other.refund.refundHandle).toMatch(/^T/);
    const part = await other.system.refund({ ...other.refund, amount: cents(100n) });
    expect(part).toMatchObject({ status: 'manual' });
    const { HELEKET_PAYOUT_KEY: _, ...keys } = heleketStandIn.keys;
    const keyless = heleket.create(
      heleket.settings.parse({ ...keys, ...toSender, HELEKET_API_URL: house.url }),
      { http: fetch, now: () => new Date() },
    );
    expect((await keyless.refund(other.refund)).detail).toContain('HELEKET_PAYOUT_KEY');
  });

  test('to the sender is pending, then done; asked again it is the same', async () => {
    const { system, refund, invoiceId } = await paid(toSender);
    const pending = { status: 'pending', systemRefundId: `${invoiceId}:refund` };
    expect(await system.fetchRefund?.(refund)).toBeUndefined();
    expect(await system.refund(refund)).toEqual(pending);
    expect(await system.refund(refund)).toEqual(pending);
    await house.admin('clock', { seconds: 10 });
    const done = { ...pending, status: 'refunded' };
    expect(await system.fetchRefund?.(refund)).toEqual(done);
    expect(await system.refund(refund)).toEqual(done);
  });

  test('that failed is refused and may be asked for again', async () => {
    const { system, refund, invoiceId } = await paid(toSender);
    await house.admin('refundOutcome', { id: invoiceId, status: 'refund_fail' });
    await system.refund(refund);
    await house.admin('clock', { seconds: 10 });
    expect(await system.fetchRefund?.(refund)).toMatchObject({ status: 'refused' });
    await house.admin('refundOutcome', { id: invoiceId, status: 'refund_paid' });
    expect(await system.refund(refund)).toMatchObject({ status: 'pending' });
  });

  test('is refused while payouts are blocked, and needs their key', async () => {
    const { system, refund } = await paid(toSender);
    await house.admin('payouts', { id: 'off' });
    const blocked = await system.refund(refund);
    expect([blocked.status, blocked.detail]).toEqual(['refused', 'HTTP 200: Payouts are blocked']);
    const wrong = house.connect({ ...toSender, HELEKET_PAYOUT_KEY: 'another-payout-key' });
    expect((await failureOf(wrong.refund(refund))).failure).toBe('auth');
  });
});

test("money that goes back is nobody's to spend, should nothing have been credited before", async () => {
  const { invoiceId, status } = await opened();
  await house.admin('lock', { id: invoiceId });
  await house.admin('unlock', { id: invoiceId });
  await house.admin('refund', { id: invoiceId });
  const frozen = { chargeId: invoiceId, paid: price, doubt: 'frozen' };
  expect(await status()).toMatchObject({ charges: [frozen], refunds: [{ status: 'pending' }] });
  await house.admin('clock', { seconds: 10 });
  expect(await status()).toMatchObject({ charges: [frozen], refunds: [{ status: 'refunded' }] });
});

test('the list tells of a payment and its refund once, however late the refund came', async () => {
  const { order, invoiceId, status } = await opened();
  await house.admin('pay', { id: invoiceId });
  const paidAt = (await status()).charges[0]?.at.getTime() ?? 0;
  await house.admin('clock', { seconds: 5 * 24 * 3600 });
  await house.admin('refund', { id: invoiceId });
  await house.admin('clock', { seconds: 10 });
  const [charge] = (await status()).charges;
  // It was not paid when it went back.
  expect((charge?.at.getTime() ?? 0) - paidAt).toBeLessThan(13 * 3_600_000);
  const listed: SystemTransaction[] = [];
  let cursor: string | undefined;
  do {
    const page = await house.system.listSince!(new Date(paidAt - 60_000), cursor);
    listed.push(...page.transactions);
    cursor = page.cursor;
  } while (cursor !== undefined);
  const { paymentId } = order;
  expect(listed).toMatchObject([
    { kind: 'charge', paymentId, charge: { chargeId: invoiceId } },
    { kind: 'refund', paymentId, refund: { chargeId: invoiceId, status: 'refunded' } },
  ]);
});

test('a list with invoices of the cabinet is read: their money names no order of ours', async () => {
  const { order, invoiceId } = await opened();
  await house.admin('pay', { id: invoiceId });
  const byHand = { order_id: null, url: null, uuid: 'made-by-hand' };
  const system = house.connect({}, async (url, init) => {
    const answer = (await (await fetch(url, init)).json()) as { result: { items: object[] } };
    answer.result.items.push({ ...answer.result.items[0], ...byHand });
    return Response.json(answer);
  });
  const { transactions } = await system.listSince!(new Date(Date.now() - 60_000));
  expect(transactions).toEqual([
    { kind: 'charge', paymentId: order.paymentId, charge: expect.anything() },
    { kind: 'charge', charge: expect.objectContaining({ chargeId: 'made-by-hand' }) },
  ]);
});

test('the list is read page by page and keeps what happened in its window', async () => {
  const paidIds: string[] = [];
  for (let count = 0; count < 17; count += 1) {
    const { order, invoiceId } = await opened();
    await house.admin('pay', { id: invoiceId });
    paidIds.push(order.paymentId);
  }
  const since = new Date(Date.now() - 60_000);
  const page = await house.system.listSince!(since);
  expect(page.cursor).toBeUndefined();
  expect(page.transactions.map((one) => one.paymentId).sort()).toEqual(paidIds.sort());
  const later = await house.system.listSince!(new Date(Date.now() + 60_000));
  expect(later.transactions).toEqual([]);
});
