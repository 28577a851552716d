import type { PaymentMethod } from '../../src/bot/methods';
import { anna, ben, olga, Stage, starsMethod } from './stage';

const yookassa: PaymentMethod = {
  id: 'yookassa',
  currencies: ['RUB'],
  invoiceMs: 3_600_000,
  wantsEmail: true,
};
const stripe: PaymentMethod = { ...yookassa, id: 'stripe', currencies: ['USD'], wantsEmail: false };
const card: PaymentMethod = { ...stripe, id: 'card', currencies: ['RUB', 'USD'] };

let stage: Stage;

beforeEach(async () => {
  stage = await Stage.open({ methods: [starsMethod, yookassa, stripe, card] });
});

afterEach(async () => {
  await stage.close();
});

const last = () => stage.telegram.last();
const payments = async () => stage.database.payment.findMany({ orderBy: { createdAt: 'asc' } });

describe('/buy', () => {
  test('asks how to pay only when there is a choice', async () => {
    await stage.text(ben, '/buy');
    expect(last().actions).toContainEqual({ type: 'buy:method', system: 'stripe' });
    stage.restart({ methods: [starsMethod] });
    await stage.text(ben, '/buy');
    expect(last().actions).toContainEqual({ type: 'buy:pack', packTokens: '10' });
  });

  test.each([
    ['en', ben, '100 tokens · $2.49', 'card.USD.100'],
    ['ru', anna, '100 токенов · 199\u00a0₽', 'card.RUB.100'],
  ])('offers packs in the currency of readers of %s', async (_language, person, label, offer) => {
    await stage.text(person, '/buy');
    await stage.press(person, { type: 'buy:method', system: 'card' });
    expect(last().labels).toContain(label);
    await stage.press(person, { type: 'buy:offer', offer });
    const [payment] = await payments();
    const [, currency] = offer.split('.');
    expect(payment).toMatchObject({ system: 'card', currency, packTokens: 100n });
    expect([...stage.engine.payments.keys()]).toEqual([payment?.id]);
  });

  test.each(['nowhere.USD.100', 'card.EUR.100', 'stripe.RUB.100', 'stripe.USD.77'])(
    'sells nothing by a button nobody made: %s',
    async (offer) => {
      await stage.text(ben, '/buy');
      await stage.press(ben, { type: 'buy:offer', offer });
      expect(await payments()).toEqual([]);
      expect(last().actions.some(({ type }) => type.startsWith('buy:'))).toBe(true);
    },
  );

  test('shows what is sold again once the way to pay is switched off', async () => {
    await stage.text(ben, '/buy');
    stage.restart({ methods: [starsMethod] });
    await stage.press(ben, { type: 'buy:offer', offer: 'stripe.USD.100' });
    expect(last().labels).toContain('10 tokens · ⭐ 15');
  });
});

describe('an amount of one’s own', () => {
  test('is named within its bounds, priced live and bought at that price', async () => {
    await stage.text(ben, '/start');
    await stage.press(ben, { type: 'buy:custom', shelf: 'stars.XTR' });
    expect(last().text).toContain('from 10 to 5,000');
    expect(last().text).toContain('1.5 ⭐ to 1.1 ⭐');
    await stage.text(ben, '9');
    expect(last().text).toContain('From 10 to 5,000');
    await stage.text(ben, '1 370');
    expect(last().text).toContain('1,370 tokens for 1,507 Stars');
    await stage.press(ben, { type: 'buy:pack', packTokens: '1370' });
    expect(await payments()).toMatchObject([{ packTokens: 1370n, amountMinor: 1507n }]);
  });

  test('is not asked for where the owner sells packs only', async () => {
    await stage.text(olga, '/packs custom stars XTR 10 off packs only');
    await stage.press(ben, { type: 'buy:custom', shelf: 'stars.XTR' }, 5n);
    expect(await stage.database.question.count()).toBe(0);
    await stage.press(ben, { type: 'buy:pack', packTokens: '37' }, 5n);
    expect(await payments()).toEqual([]);
  });
});

describe('a promo code in a purchase', () => {
  const bought = async () => {
    const [payment] = await payments();
    return payment;
  };

  test('lowers the prices shown and the price of the payment, once', async () => {
    await stage.text(olga, '/promo new deal off 20 a campaign');
    await stage.text(ben, '/promo deal');
    await stage.press(ben, { type: 'buy:method', system: 'stars' });
    expect(last().text).toContain('DEAL: 20% off');
    expect(last().labels).toContain('25 tokens · ⭐ 28');
    const update = await stage.press(ben, { type: 'buy:pack', packTokens: '25' });
    await stage.deliver(update);
    expect(await bought()).toMatchObject({ amountMinor: 28n });
    await stage.text(ben, '/promo deal');
    expect(last().text).toContain('in an order you have not paid yet');
    await stage.deps.payments.expire((await bought())?.id ?? '');
    await stage.text(ben, '/promo deal');
    expect(last().text).toContain('20% off your next purchase');
  });

  test('that more tokens come by leaves the price as it is', async () => {
    await stage.text(olga, '/promo new more extra 50 a campaign');
    await stage.text(ben, '/promo more');
    await stage.press(ben, { type: 'buy:pack', packTokens: '25' });
    expect(await bought()).toMatchObject({ amountMinor: 35n, packTokens: 25n });
    expect(await stage.database.promoRedemption.count()).toBe(1);
  });
});

describe('a receipt', () => {
  test('needs an address, asked for once, and the purchase goes on', async () => {
    await stage.text(anna, '/buy');
    await stage.press(anna, { type: 'buy:offer', offer: 'yookassa.RUB.100' });
    expect(last().text).toContain('Куда прислать чек');
    expect(await payments()).toEqual([]);
    await stage.text(anna, 'anna@nowhere');
    expect(last().text).toContain('не похоже на адрес');
    await stage.text(anna, 'anna@example.org');
    expect(await payments()).toMatchObject([{ system: 'yookassa', amountMinor: 19_900n }]);
    await stage.press(anna, { type: 'buy:offer', offer: 'yookassa.RUB.250' });
    expect(await payments()).toHaveLength(2);
    expect(stage.engine.payments.size).toBe(2);
  });
});

describe('/pay', () => {
  async function invoiced(): Promise<string> {
    await stage.text(ben, '/start');
    await stage.press(ben, { type: 'buy:offer', offer: 'stripe.USD.100' });
    const [payment] = await payments();
    await stage.deps.payments.invoiceSent(payment?.id ?? '', 9n);
    return payment?.id ?? '';
  }

  test('lists the payments with how they stand, and what can still be paid', async () => {
    const id = await invoiced();
    await stage.text(ben, '/pay');
    expect(last().text).toContain('100 tokens · $2.49 · waits for payment');
    expect(last().actions).toContainEqual({ type: 'pay:check', paymentId: id });
    await stage.deps.payments.expire(id);
    await stage.text(ben, '/pay');
    expect(last().text).toContain('expired');
    expect(last().actions.map(({ type }) => type)).not.toContain('pay:check');
  });

  test('“I have paid” makes the payment look, for its buyer only', async () => {
    const id = await invoiced();
    await stage.press(ben, { type: 'pay:check', paymentId: id });
    expect(stage.engine.news).toEqual([id]);
    await stage.press(anna, { type: 'pay:check', paymentId: id }, 5n);
    expect(stage.engine.news).toEqual([id]);
    await stage.deps.payments.expire(id);
    await stage.press(ben, { type: 'pay:check', paymentId: id });
    expect(stage.engine.news).toEqual([id, id]);
    expect(stage.telegram.notices.at(-1)).toContain('credited all the same');
  });
});

describe('/packs', () => {
  test('shows the shelves and changes them, audited', async () => {
    await stage.text(olga, '/packs set stripe usd 100 1.99 a sale');
    await stage.text(olga, '/packs off stripe USD 1000 sold out');
    await stage.text(olga, '/packs');
    expect(last().text).toContain('🟢 100 tokens · $1.99');
    expect(last().text).toContain('⚪️ 1,000 tokens');
    expect(last().text).not.toContain('heleket');
    await stage.press(ben, { type: 'buy:method', system: 'stripe' }, 5n);
    expect(last().labels.filter((label) => label.includes('$'))).toHaveLength(3);
    const target = 'shelf:stripe:USD';
    const trail = await stage.deps.audit.list({ target, limit: 9 });
    expect(trail.map(({ outcome }) => outcome)).toEqual([
      '1000 tokens for 1899, off',
      '100 tokens for 199, on',
    ]);
  });

  test.each([
    'set stripe USD 100 free a sale',
    'set stripe USD 100 0.00 a sale',
    'set stripe USD 100 1.999 a sale',
    'set stripe XXX 100 1.99 a sale',
    'set stripe USD 100 1.99',
    'custom stripe USD 100 50 a mistake',
    'sell everything',
  ])('says how it is written instead of doing: %s', async (words) => {
    await stage.text(olga, `/packs ${words}`);
    expect(last().text).toContain('To change something');
    expect(await stage.database.auditEntry.count()).toBe(0);
  });
});
