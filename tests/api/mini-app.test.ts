/** The Mini App's API over real stores; launch data is signed by the sandbox's Telegram. */
import { randomInt, randomUUID } from 'node:crypto';
import request from 'supertest';
import { currencyFor } from '../../src/bot/methods';
import { dayOf } from '../../src/bot/day';
import type { AppMethod } from '../../src/api/mini-app/mini-app-deps';
import { initData } from '../../src/sandbox/telegram/web-app';
import { createMiniAppLaunches } from '../../src/storage/mini-app-launches';
import { createPromoStore } from '../../src/storage/promo-store';
import { methodName } from '../../src/telegram/method-name';
import { moneyText } from '../../src/telegram/money-text';
import { unitPriceText } from '../../src/telegram/unit-price';
import { createTexts } from '../../src/texts/texts';
import { createFakeEngine } from '../bot/fake-engine';
import { createWorld, type World } from '../storage/store-world';
import { botToken, makeApi } from './fixture';

type Initial = Parameters<typeof initData>[0];

const minuteMs = 60_000;
let world: World;

beforeAll(async () => {
  world = await createWorld();
  await world.payments.seedPacks();
});
afterAll(() => world.close());

const method = (id: string, currencies: AppMethod['currencies'], wantsEmail = false) => ({
  id,
  currencies,
  invoiceMs: 15 * minuteMs,
  wantsEmail,
});

function open(env: Record<string, string> = {}) {
  const clock = { now: new Date() };
  const engine = createFakeEngine();
  const api = makeApi({}, env);
  const { app } = makeApi(
    {
      engine: {
        ...api.deps.engine,
        startPayment: engine.startPayment,
        paymentNews: engine.paymentNews,
      },
      miniApp: {
        payments: world.payments,
        persons: world.persons,
        ledger: world.ledger,
        promos: createPromoStore(world.db),
        launches: createMiniAppLaunches(world.db),
        methods: [method('stars', ['XTR']), method('yookassa', ['RUB'], true)],
        currencyFor,
        texts: createTexts(),
        wording: { money: moneyText, unitPrice: unitPriceText, method: methodName, day: dayOf },
        now: () => clock.now,
      },
    },
    env,
  );
  return { app, engine, clock };
}

type Shop = ReturnType<typeof open>;

/** Launch data of somebody with this Telegram id, as Telegram signs it. */
function launchOf(telegramId: bigint, token = botToken): string {
  const person = { id: Number(telegramId), firstName: 'Anna', languageCode: 'en', blocked: [] };
  const bot = { id: Number(botToken.split(':')[0]), token };
  const queryId = String(randomInt(2 ** 40));
  return initData({ bot, person } as unknown as Initial, { queryId });
}

const aKey = () => randomUUID();

function enter({ app }: Shop, data: string, { key = aKey(), platform = 'tdesktop' } = {}) {
  return request(app).post('/app/api/session').send({ initData: data, key, platform });
}

async function visit(shop: Shop, { platform = 'tdesktop', balance = 0n } = {}) {
  const person = await world.person(balance);
  const { body } = await enter(shop, launchOf(person.telegramId), { platform });
  const bearer = `Bearer ${String(body.token)}`;
  return {
    person,
    get: (path: string) => request(shop.app).get(`/app/api${path}`).set('Authorization', bearer),
    post: (path: string, body: object = {}) =>
      request(shop.app).post(`/app/api${path}`).set('Authorization', bearer).send(body),
  };
}

const refused = (answer: { status: number; body: { code?: string } }) => [
  answer.status,
  answer.body.code,
];

describe('launch data', () => {
  test('of Telegram opens a session in the language of the person', async () => {
    const person = await world.person();
    const answer = await enter(open(), launchOf(person.telegramId));
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ language: 'en', seconds: 3600, host: null });
  });

  test('signed with another token, or changed afterwards, opens nothing', async () => {
    const shop = open();
    const [anna, ben] = [await world.person(), await world.person()];
    const genuine = launchOf(anna.telegramId);
    const forged = [
      launchOf(anna.telegramId, '123456:another-token-altogether'),
      genuine.replace(anna.telegramId.toString(), ben.telegramId.toString()),
      `${genuine}&user=${encodeURIComponent(JSON.stringify({ id: Number(ben.telegramId) }))}`,
      genuine.replace(/hash=\w+/, 'hash='),
      genuine.replace(/&?hash=\w+/, ''),
      '',
    ];
    for (const data of forged) {
      expect(refused(await enter(shop, data))).toEqual([401, 'UNAUTHORIZED']);
    }
    expect((await enter(shop, genuine)).status).toBe(200);
  });

  test.each([
    ['that is old', 11 * minuteMs],
    ['from the future', -2 * minuteMs],
  ])('%s opens nothing', async (_what, aheadMs) => {
    const shop = open();
    const data = launchOf((await world.person()).telegramId);
    shop.clock.now = new Date(Date.now() + aheadMs);
    expect(refused(await enter(shop, data))).toEqual([401, 'UNAUTHORIZED']);
  });

  test('works for the page that used it first, and for no other', async () => {
    const shop = open();
    const data = launchOf((await world.person()).telegramId);
    const key = aKey();
    expect((await enter(shop, data, { key })).status).toBe(200);
    expect((await enter(shop, data, { key })).status).toBe(200);
    expect(refused(await enter(shop, data))).toEqual([401, 'UNAUTHORIZED']);
    const reordered = data.split('&').reverse().join('&');
    expect(refused(await enter(shop, reordered))).toEqual([401, 'UNAUTHORIZED']);
  });

  test('of two pages at one moment lets one in', async () => {
    const shop = open();
    const data = launchOf((await world.person()).telegramId);
    const answers = await Promise.all([1, 2, 3, 4].map(() => enter(shop, data)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  test('of somebody the bot has not met asks them to press Start', async () => {
    const answer = await enter(open(), launchOf(BigInt(randomInt(2 ** 47))));
    expect(refused(answer)).toEqual([404, 'NOT_FOUND']);
    expect(answer.body.detail).toContain('Start');
  });
});

describe('a session', () => {
  test.each([
    ['no token', ''],
    ['nonsense', 'Bearer x.y'],
    ['an empty signature', `Bearer ${Buffer.from('{}').toString('base64url')}.`],
  ])('is refused with %s', async (_what, header) => {
    const call = request(open().app).get('/app/api/me').set('Authorization', header);
    expect(refused(await call)).toEqual([401, 'UNAUTHORIZED']);
  });

  test('of another person cannot be written by hand', async () => {
    const shop = open();
    const [anna, ben] = [await world.person(), await world.person()];
    const { body } = await enter(shop, launchOf(anna.telegramId));
    const [payload = '', signature = ''] = String(body.token).split('.');
    const text = Buffer.from(payload, 'base64url').toString().replace(anna.id, ben.id);
    const forged = `Bearer ${Buffer.from(text).toString('base64url')}.${signature}`;
    const answer = await request(shop.app).get('/app/api/me').set('Authorization', forged);
    expect(refused(answer)).toEqual([401, 'UNAUTHORIZED']);
  });

  test('is over after an hour', async () => {
    const shop = open();
    const anna = await visit(shop);
    expect((await anna.get('/me')).status).toBe(200);
    shop.clock.now = new Date(shop.clock.now.getTime() + 61 * minuteMs);
    expect(refused(await anna.get('/me'))).toEqual([401, 'UNAUTHORIZED']);
  });

  test('of a banned person buys nothing and says why', async () => {
    const shop = open();
    const anna = await visit(shop);
    await world.db.person.update({ where: { id: anna.person.id }, data: { bannedAt: new Date() } });
    const answer = await anna.post('/payments', starsOrder());
    expect(refused(answer)).toEqual([403, 'BANNED']);
    expect(shop.engine.payments.size).toBe(0);
  });
});

const starsOrder = (amount = '25') => ({
  key: aKey(),
  system: 'stars',
  currency: 'XTR',
  tokens: amount,
});
const roubles = { system: 'yookassa', currency: 'RUB', tokens: '100' };

describe('what is sold', () => {
  test('comes with the balance, in words', async () => {
    const anna = await visit(open(), { balance: 30n });
    const { body } = await anna.get('/me');
    expect(body).toMatchObject({ balance: '30 tokens', promo: null });
    expect(body.shelves[0]).toMatchObject({ system: 'stars', custom: { least: '10' } });
    expect(body.shelves[0].packs[1]).toMatchObject({ name: '25 tokens', price: '35 Stars' });
  });

  test.each([
    ['never', 'tdesktop', ['stars']],
    ['desktop', 'tdesktop', ['stars', 'yookassa']],
    ['desktop', 'ios', ['stars']],
    ['desktop', 'android', ['stars']],
    ['desktop', 'something_new', ['stars']],
    ['always', 'ios', ['stars', 'yookassa']],
  ])('with MINI_APP_OTHER_METHODS=%s on %s is for %p', async (rule, platform, systems) => {
    const anna = await visit(open({ MINI_APP_OTHER_METHODS: rule }), { platform });
    const { body } = await anna.get('/me');
    expect(body.shelves.map(({ system }: { system: string }) => system)).toEqual(systems);
    const answer = await anna.post('/payments', { ...roubles, key: aKey(), email: 'a@b.example' });
    expect(answer.status).toBe(systems.length === 2 ? 202 : 404);
  });

  test('has a price for every amount within its bounds', async () => {
    const anna = await visit(open());
    const quote = (amount: string) => anna.get(`/quote?system=stars&currency=XTR&tokens=${amount}`);
    expect((await quote('60')).body).toMatchObject({ tokens: '60', price: '78 Stars' });
    for (const outside of ['9', '5001', '999999999999']) {
      expect(refused(await quote(outside))).toEqual([404, 'NOT_FOUND']);
    }
    expect(refused(await quote('-1'))).toEqual([400, 'INVALID_INPUT']);
  });
});

describe('a purchase', () => {
  test('starts one payment, however often the page repeats it', async () => {
    const shop = open();
    const anna = await visit(shop);
    const wish = starsOrder();
    const answers = await Promise.all([1, 2, 3].map(() => anna.post('/payments', wish)));
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect([...shop.engine.payments.values()]).toMatchObject([
      { system: 'stars', packTokens: '25' },
    ]);
    expect(await world.payments.get(answers[0]!.body.id)).toMatchObject({ orderedIn: 'app' });
  });

  test('whose start was lost starts when the page repeats it, at the price of its promo code', async () => {
    const shop = open();
    const anna = await visit(shop);
    const promos = createPromoStore(world.db);
    const code = `LOST${randomInt(2 ** 40)}`;
    const terms = { kind: 'percent_off', value: 50n, limitOverall: 1, limitPerPerson: 1 } as const;
    const by = { actor: '900009', reason: 'spring' };
    await promos.create({ code, ...terms, expiresAt: null, ...by });
    const now = new Date();
    await promos.enter({ code, personId: anna.person.id, requestId: aKey(), now });
    const wish = starsOrder();
    shop.engine.down = true;
    expect((await anna.post('/payments', wish)).status).toBeGreaterThanOrEqual(500);
    shop.engine.down = false;
    const { status, body } = await anna.post('/payments', wish);
    expect(status).toBe(202);
    expect([...shop.engine.payments.keys()]).toEqual([body.id]);
    const { price } = await world.payments.get(body.id);
    expect(await world.db.promoRedemption.findMany({ where: { code } })).toMatchObject([
      { paymentId: body.id },
    ]);
    expect(price.amountMinor).toBeLessThan(20n);
  });

  test('shows where to pay as soon as the invoice is open, and that it was paid', async () => {
    const anna = await visit(open());
    const { body: order } = await anna.post('/payments', starsOrder());
    expect(order).toMatchObject({ standing: 'created', payUrl: null });
    await world.payments.invoiceOpened(order.id, { payUrl: 'https://t.me/$abc' });
    await world.payments.invoiceSent(order.id);
    const path = `/payments/${String(order.id)}`;
    expect((await anna.get(path)).body).toMatchObject({ payUrl: 'https://t.me/$abc' });
    await world.db.payment.update({ where: { id: order.id }, data: { status: 'paid' } });
    expect((await anna.get(path)).body).toMatchObject({ standing: 'paid', payUrl: null });
    expect((await anna.get('/payments')).body.payments).toMatchObject([{ id: order.id }]);
  });

  test('of somebody else is not there', async () => {
    const shop = open();
    const [anna, ben] = [await visit(shop), await visit(shop)];
    const { body } = await anna.post('/payments', starsOrder());
    const path = `/payments/${String(body.id)}`;
    expect(refused(await ben.get(path))).toEqual([404, 'NOT_FOUND']);
    expect(refused(await ben.post(`${path}/check`))).toEqual([404, 'NOT_FOUND']);
    expect((await ben.get('/payments')).body).toEqual({ payments: [] });
    expect(shop.engine.news).toEqual([]);
  });

  test('that is said to be paid is looked up', async () => {
    const shop = open();
    const anna = await visit(shop);
    const { body } = await anna.post('/payments', starsOrder());
    expect((await anna.post(`/payments/${String(body.id)}/check`)).status).toBe(202);
    expect(shop.engine.news).toEqual([body.id]);
  });

  test('that needs a receipt asks for the address once', async () => {
    const anna = await visit(open());
    const wish = () => ({ ...roubles, key: aKey() });
    expect(refused(await anna.post('/payments', wish()))).toEqual([400, 'INVALID_INPUT']);
    const email = 'anna@mail.example';
    expect((await anna.post('/payments', { ...wish(), email })).status).toBe(202);
    expect((await anna.post('/payments', wish())).status).toBe(202);
    expect(await world.payments.receiptEmail(anna.person.id)).toBe(email);
  });

  test.each([
    ['an amount that is not sold', { tokens: '7' }],
    ['a currency it has not', { currency: 'RUB' }],
    ['a way to pay that is off', { system: 'stripe', currency: 'USD' }],
  ])('of %s is refused', async (_what, change) => {
    const shop = open();
    const anna = await visit(shop);
    const answer = await anna.post('/payments', { ...starsOrder(), ...change });
    expect(refused(answer)).toEqual([404, 'NOT_FOUND']);
    expect(shop.engine.payments.size).toBe(0);
  });

  test('is refused when one person buys faster than the limit', async () => {
    const anna = await visit(open({ REQUESTS_PER_MINUTE: '1' }));
    expect((await anna.post('/payments', starsOrder())).status).toBe(202);
    expect(refused(await anna.post('/payments', starsOrder()))).toEqual([429, 'TOO_MANY_REQUESTS']);
  });
});

test('a promo code lowers the prices, and a wrong one is told in words', async () => {
  const anna = await visit(open());
  const code = `APP${randomInt(1e6)}`;
  await createPromoStore(world.db).create({
    ...{ code, kind: 'percent_off', value: 20n, limitOverall: null, limitPerPerson: 1 },
    ...{ expiresAt: null, actor: '1', reason: 'test' },
  });
  const wrong = await anna.post('/promo', { code: 'NOSUCH', key: aKey() });
  expect(wrong.body).toMatchObject({
    code: 'PROMO_UNKNOWN',
    detail: expect.stringContaining('no such'),
  });
  const { body } = await anna.post('/promo', { code: code.toLowerCase(), key: aKey() });
  expect(body.news).toContain('20%');
  const [stars] = (await anna.get('/me')).body.shelves;
  expect(stars.packs[0]).toMatchObject({ price: '12 Stars', fullPrice: '15 Stars' });
});
