import { createHash, createHmac } from 'node:crypto';
import { cryptobot } from '../../src/payments/cryptobot';
import { cryptobotStandIn } from '../../src/sandbox/payments/cryptobot';
import { until } from '../provider/stand-in';
import {
  failureOf,
  invoiceOrder,
  openPaymentHouse,
  referenceOf,
  refundOrder,
  type PaymentHouse,
} from './harness';

const token = '12345:AAzQcZWQqQAbsfgPnOLr4FHC8Doa4L7KryC';
const price = { amountMinor: 49_900n, currency: 'RUB' } as const;

let house: PaymentHouse;

beforeEach(async () => {
  house = await openPaymentHouse({
    definition: cryptobot,
    standIn: cryptobotStandIn,
    env: (url) => ({
      CRYPTOBOT_TOKEN: cryptobotStandIn.keys.CRYPTOBOT_TOKEN,
      CRYPTOBOT_API_URL: url,
    }),
  });
});

afterEach(() => house.close());

async function paid(body: Record<string, unknown> = {}) {
  const order = invoiceOrder(price);
  const { invoiceId = '' } = await house.system.openInvoice(order);
  await house.admin('pay', { id: invoiceId, ...body });
  const report = await house.system.fetchStatus?.(referenceOf(order, invoiceId));
  const charge = report?.charges[0];
  if (!charge) throw new Error('no charge');
  return { order, invoiceId, charge };
}

const refundOf = ({ order, charge }: Awaited<ReturnType<typeof paid>>, given = {}) =>
  refundOrder(order, charge.chargeId, { refundHandle: charge.refundHandle ?? '', ...given });

describe('an invoice of CryptoBot', () => {
  test('is asked for in fiat money, to expire with ours, in the coins that are taken', async () => {
    const expiresAt = new Date(Date.now() + 1_800_000);
    const order = invoiceOrder(price, { expiresAt });
    const system = house.connect({ CRYPTOBOT_ASSETS: 'TON,USDT' });
    const { payUrl } = await system.openInvoice(order);
    expect(payUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/pay\/IV/);
    const [row] = await house.admin<Record<string, unknown>[]>('tables/invoices');
    expect(row).toMatchObject({
      currency_type: 'fiat',
      fiat: 'RUB',
      amount: '499.00',
      payload: order.paymentId,
      accepted_assets: ['TON', 'USDT'],
    });
    const expiry = new Date(String(row?.['expiration_date'])).getTime();
    expect(Math.abs(expiry - expiresAt.getTime())).toBeLessThan(5_000);
  });

  test('tells the coins that were paid and the fee in its own money', async () => {
    const { charge } = await paid();
    // 499.00 at 97.5 is 5.11794872 USDT; 3 % of it are 0.15353846 USDT, 14.97 roubles.
    expect(charge).toMatchObject({
      paid: price,
      fee: { amountMinor: 1_497n, currency: 'RUB' },
      refundHandle: '5.11794872 USDT',
    });
  });

  test('can be taken back until it is paid', async () => {
    const order = invoiceOrder(price);
    const { invoiceId = '' } = await house.system.openInvoice(order);
    const reference = referenceOf(order, invoiceId);
    await house.system.cancelInvoice?.(reference);
    expect(await house.system.fetchStatus?.(reference)).toMatchObject({ state: 'closed' });
    await house.system.cancelInvoice?.(reference);
    const one = await paid();
    const other = referenceOf(one.order, one.invoiceId);
    await house.system.cancelInvoice?.(other);
    expect((await house.system.fetchStatus?.(other))?.charges).toHaveLength(1);
  });

  test('is found behind a thousand others made since, and not looked for beyond its time', async () => {
    const order = invoiceOrder(price);
    const invoice = (number: number, minutesAgo: number) => ({
      invoice_id: number,
      status: 'active',
      currency_type: 'fiat',
      amount: '1.00',
      bot_invoice_url: 'https://t.me/CryptoBot',
      payload: number === 1_500 ? order.paymentId : `other_${number}`,
      created_at: new Date(Date.now() - minutesAgo * 60_000).toISOString(),
    });
    let asked = 0;
    const pagesOf = (minutesBetween: number) =>
      house.connect({}, (_url, init) => {
        asked += 1;
        const { offset } = JSON.parse(init?.body as string) as { offset: number };
        const items = Array.from({ length: 1_000 }, (_, at) =>
          invoice(offset + at + 1, (offset + at) * minutesBetween),
        );
        return Promise.resolve(Response.json({ ok: true, result: { items } }));
      });
    const find = (minutesBetween: number) =>
      pagesOf(minutesBetween).findInvoice?.({ ...referenceOf(order), createdAt: new Date() });
    expect((await find(0))?.invoiceId).toBe('1500');
    expect(asked).toBe(2);
    asked = 0;
    const never = { ...referenceOf(invoiceOrder(price)), createdAt: new Date() };
    expect(await pagesOf(0.1).findInvoice?.(never)).toBeUndefined();
    expect(asked).toBe(2);
  });
});

describe('a webhook of Crypto Pay', () => {
  const body =
    '{"update_id":1,"update_type":"invoice_paid","request_date":"2026-01-02T03:04:05.000Z","payload":{"invoice_id":528890,"hash":"IVDoTcNBYEfk","currency_type":"fiat","fiat":"RUB","amount":"499.00","paid_asset":"USDT","paid_amount":"5.12","status":"paid","payload":"pay_42"}}';
  const signature = '87c5c26241ee43c1d223d847ea803e0842f23fbee87c11beaa1e70a36d2d12da';
  const at = (time: string) =>
    cryptobot.create(cryptobot.settings.parse({ CRYPTOBOT_TOKEN: token }), {
      http: fetch,
      now: () => new Date(time),
    });
  const read = (text: string, sign: string, time = '2026-01-02T03:05:00Z') =>
    at(time).readWebhook?.({
      rawBody: Buffer.from(text),
      headers: { 'crypto-pay-api-signature': sign },
      ip: '127.0.0.1',
    });
  const signed = (text: string) =>
    createHmac('sha256', createHash('sha256').update(token).digest()).update(text).digest('hex');

  test('is verified as the vector says', () => {
    expect(Buffer.byteLength(body)).toBe(270);
    expect(read(body, signature)).toEqual({
      verdict: 'news',
      eventId: 'invoice_paid:528890',
      event: 'invoice_paid',
      invoiceId: '528890',
      paymentId: 'pay_42',
    });
  });

  test('is refused when a byte, the signature or its age is wrong', () => {
    expect(read(body.replace('499.00', '499.0'), signature)?.verdict).toBe('refused');
    for (const wrong of ['', 'zz', signature.slice(1), signature.replace('8', '9')]) {
      expect(read(body, wrong)?.verdict).toBe('refused');
    }
    expect(read(body, signature, '2026-01-05T03:04:05Z')?.verdict).toBe('news');
    expect(read(body, signature, '2026-01-07T03:04:05Z')?.verdict).toBe('refused');
    expect(read(body, signature, '2026-01-02T02:04:05Z')?.verdict).toBe('refused');
  });

  test('of another kind is ignored, of no kind malformed', () => {
    const other = body.replace('invoice_paid', 'invoice_seen');
    expect(read(other, signed(other))?.verdict).toBe('ignored');
    // An answer other than 200 counts towards the seventeen after which no webhook comes at all.
    const unheard = '{"update_id":2,"update_type":"app_news","payload":{"headline":"soon"}}';
    const nothing = { verdict: 'ignored', reason: 'app_news' };
    expect(read(unheard, signed(unheard))).toEqual(nothing);
    expect(read(unheard, signed(other))?.verdict).toBe('refused');
    for (const text of ['', '[]', '{"update_type":"invoice_paid"}', body.slice(0, -1)]) {
      expect(read(text, signed(text))?.verdict).toBe('malformed');
    }
  });

  test('is tried 17 times over three days, then no more', () => {
    let total = 0;
    let attempts = 1;
    for (;;) {
      const wait = cryptobotStandIn.webhooks.nextInSeconds(attempts);
      if (wait === undefined) break;
      total += wait;
      attempts += 1;
    }
    expect(attempts).toBe(17);
    expect(total / 86_400).toBeCloseTo(3, 1);
  });
});

describe('a refund by CryptoBot', () => {
  test('is refused with what the owner must do while transfers are off', async () => {
    const one = await paid();
    const refusal = await house.system.refund(refundOf(one));
    expect(refusal.status).toBe('refused');
    expect(refusal.detail).toContain('switched off');
    await house.admin('transfers', { id: 'on' });
    expect((await house.system.refund(refundOf(one))).status).toBe('refunded');
  });

  test('sends the share of the coins that were paid, rounded down', async () => {
    await house.admin('transfers', { id: 'on' });
    const one = await paid({ asset: 'TON' });
    const part = { amountMinor: 10_000n, currency: 'RUB' } as const;
    await house.system.refund(refundOf(one, { amount: part }));
    const [row] = await house.admin<Record<string, unknown>[]>('tables/transfers');
    // 499.00 at 312 is 1.59935898 TON; 100.00 of 499.00 of it:
    expect(row).toMatchObject({ asset: 'TON', amount: '0.32051282', user_id: 7 });
  });

  test('to a stranger of the bot or beyond the balance is refused, and says which', async () => {
    await house.admin('transfers', { id: 'on' });
    const one = await paid();
    const beyond = await house.system.refund(refundOf(one, { refundHandle: '90000000 USDT' }));
    expect([beyond.status, beyond.detail]).toEqual([
      'refused',
      "INSUFFICIENT_FUNDS: the app's balance in this coin is too low",
    ]);
    await house.admin('stranger', { id: '7' });
    const stranger = await house.system.refund(refundOf(one));
    expect(stranger.detail).toContain('never opened @CryptoBot');
  });

  test('whose id is longer than a spend_id still happens once', async () => {
    await house.admin('transfers', { id: 'on' });
    const one = await paid();
    const order = refundOf(one, { refundId: `refund:${'x'.repeat(150)}` });
    const first = await house.system.refund(order);
    expect(await house.system.refund(order)).toEqual(first);
    expect(await house.admin('tables/transfers')).toHaveLength(1);
  });

  test('without the coins it was paid in is by hand', async () => {
    const one = await paid();
    const order = refundOrder(one.order, one.charge.chargeId);
    expect((await house.system.refund(order)).status).toBe('manual');
  });
});

test('a key of another app is a matter for the owner', async () => {
  const stranger = house.connect({ CRYPTOBOT_TOKEN: '999:AAanotherAppsTokenAnotherApp' });
  const error = await failureOf(stranger.openInvoice(invoiceOrder(price)));
  expect([error.failure, error.message]).toEqual(['auth', 'Crypto Pay: UNAUTHORIZED']);
});

test('webhooks nobody takes are switched off by CryptoBot in the end', async () => {
  house.hooks.answerWith(...Array.from({ length: 17 }, () => 500));
  await paid();
  for (let attempt = 1; attempt <= 17; attempt += 1) {
    await until(async () => {
      const log = await house.admin<{ about: { attempt?: number } }[]>('log?kind=webhook');
      return log.some(({ about }) => about.attempt === attempt) ? true : undefined;
    });
    await house.admin('clock', { seconds: 40_000 });
  }
  expect(await house.admin('webhook')).toMatchObject({ isOff: true });
});
