/** Every route over real stores, and what callers, broken or hostile, may send it. */
import { randomUUID } from 'node:crypto';
import request, { type Response } from 'supertest';
import { currencyFor } from '../../src/bot/methods';
import { dayOf } from '../../src/bot/day';
import { createRoutes } from '../../src/api/routes';
import type { Route } from '../../src/api/route';
import type { Settings } from '../../src/config/settings';
import { paymentEnvironment } from '../../src/local/payment-stand-ins';
import { createPaymentSystems } from '../../src/payments/registry';
import { createProviders } from '../../src/providers/registry';
import { createStores } from '../../src/roles/stores';
import { initData } from '../../src/sandbox/telegram/web-app';
import { methodName } from '../../src/telegram/method-name';
import { moneyText } from '../../src/telegram/money-text';
import { unitPriceText } from '../../src/telegram/unit-price';
import { createTexts } from '../../src/texts/texts';
import { createFakeTelegram } from '../bot/fake-telegram';
import { createWorld, type World } from '../storage/store-world';
import { adminKey, botToken, makeApi, webhookSecret, type Fixture } from './fixture';

let world: World;
let api: Fixture;
let bearer: string;
let routes: readonly Route[];

const noNetwork = () => Promise.reject(new TypeError('no network here'));
const unlimited = { webhook: 1e9, callback: 1e9, health: 1e9, page: 1e9, admin: 1e9, app: 1e9 };

beforeAll(async () => {
  world = await createWorld();
  await world.payments.seedPacks();
  const { settings } = makeApi().deps;
  const telegram = createFakeTelegram();
  const stores = createStores(world.db, settings as Settings);
  const env = paymentEnvironment(new Proxy({}, { get: () => 1 }) as never, {});
  const rules = { ...settings, limits: { ...settings.limits, requestsPerMinute: 1e9 } };
  const providers = createProviders(
    {
      ...{ SANDBOX_PROVIDER_URL: 'http://127.0.0.1:1', FAL_KEY: 'key:secret' },
      KLING_API_KEY: 'key-of-the-tests',
    },
    noNetwork,
  );
  const now = () => new Date();
  api = makeApi({
    ...stores,
    settings: rules,
    rateLimits: { ...unlimited, refused: 1e9 },
    systems: createPaymentSystems(telegram, {
      ...{ switchedOn: ['yookassa', 'yoomoney', 'cryptobot', 'heleket', 'stripe', 'card'], env },
      ...{ http: noNetwork, now },
    }),
    providers,
    findProvider: (id) => providers.ready.get(id)?.provider,
    miniApp: {
      ...stores,
      methods: [{ id: 'stars', currencies: ['XTR'], invoiceMs: 60_000, wantsEmail: false }],
      texts: createTexts(),
      wording: { money: moneyText, unitPrice: unitPriceText, method: methodName, day: dayOf },
      currencyFor,
      now,
    },
  });
  routes = createRoutes(api.deps);
  const { telegramId } = await world.person();
  const launch = {
    bot: { id: Number(botToken.split(':')[0]), token: botToken },
    person: { id: Number(telegramId), firstName: 'Anna', languageCode: 'en', blocked: [] },
  };
  const data = initData(launch as never, { queryId: '5' });
  const session = { initData: data, key: randomUUID(), platform: 'tdesktop' };
  const { body } = await request(api.app).post('/app/api/session').send(session);
  bearer = `Bearer ${String(body.token)}`;
});
afterAll(() => world.close());

const huge = 'x'.repeat(1_200_000);
const strings = [
  ...['', 'a\u0000b', '\ud800', '\u202eevil👩‍👩‍👧‍👦', "'; DROP TABLE people; --", '__proto__'],
  ...['<script>alert(1)</script>', '-1', '1.5', '9'.repeat(400)],
];
const values: readonly unknown[] = [...strings, null, true, -1, 1.5, [], { a: [null] }];
const bodies = [
  ...['', '{', 'null', '[]', '5', '"x"', '{}', '{"__proto__":{"x":1}}', '\u0000', '\ufeff{}'],
  ...[huge, JSON.stringify({ x: huge }), '['.repeat(50_000)],
];

const why = { actor: '900009', reason: 'because' };
/** What each route takes; its fields are spoilt one by one. */
const wellFormed: Readonly<Record<string, object>> = {
  '/telegram/webhook': { update_id: 5, message: { text: 'hello' } },
  '/app/api/session': { initData: 'a=b', key: 'k'.repeat(16), platform: 'tdesktop' },
  '/app/api/promo': { code: 'CODE', key: 'k'.repeat(16) },
  '/app/api/payments': {
    ...{ key: 'k'.repeat(16), system: 'stars', currency: 'XTR', tokens: '25', email: 'a@b.cd' },
  },
  '/admin/payments/:id/refunds': { id: 'r1', amount: '5', chargeId: 'c', force: true, ...why },
  '/admin/generations/:id/refunds': { id: 'r1', amount: '5', ...why },
  '/admin/payments/:id/decisions': { id: 'd1', chargeId: 'c', decision: 'credit', ...why },
  '/admin/charges/dismissals': { system: 'card', chargeId: 'c', ...why },
  '/admin/findings/:id/resolve': why,
  '/admin/packs': {
    ...{ system: 'card', currency: 'RUB', active: true, ...why },
    ...{ packTokens: '100', amountMinor: '24900' },
  },
  '/admin/packs/custom': {
    ...{ system: 'card', currency: 'RUB', active: true, ...why },
    ...{ leastTokens: '50', mostTokens: '500' },
  },
  '/admin/payouts': {
    ...{ id: 'r1', system: 'stripe', currency: 'USD', amountMinor: '-5', ...why },
  },
  '/admin/promo-codes': {
    ...{ code: 'CODE', kind: 'percent_off', value: '10', ...why },
    ...{ limitOverall: 5, limitPerPerson: 1, expiresAt: '2030-01-01T00:00:00Z' },
  },
  '/admin/promo-codes/:code': { active: true, ...why },
  '/admin/providers/:id': {
    ...{ paused: true, dayBudgetUsd: '20', monthBudgetUsd: '300', places: 5, ...why },
  },
  '/admin/experiments': {
    ...{ id: 'test', model: 'paint', variants: [{ slug: 'paint', weight: 50 }], ...why },
  },
  '/admin/experiments/:id/stop': why,
  '/admin/models': {
    ...{ slug: 'copy', kind: 'image', provider: 'sandbox', providerModel: 'x', modes: ['text'] },
    ...{ name: { en: 'a', ru: 'b' }, description: { en: 'a', ru: 'b' }, priceTokens: '5', ...why },
    ...{ surcharge: {}, cost: null, options: {}, inputsMax: 1, fallback: [], position: 5 },
    ...{ active: true, listed: true },
  },
  '/admin/models/:slug': {
    ...{ priceTokens: '5', surcharge: { percent: {} }, options: {}, fallback: ['x'], ...why },
  },
};

interface Sent {
  readonly path: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

async function send(route: Route, { path, body, headers = {} }: Sent): Promise<Response> {
  const caller = request(api.app);
  const asked = route.method === 'get' ? caller.get(path) : caller.post(path);
  asked.set({
    ...{ 'X-Admin-API-Key': adminKey, 'X-Telegram-Bot-Api-Secret-Token': webhookSecret },
    ...{ Authorization: bearer, 'Content-Type': 'application/json', ...headers },
  });
  return body === undefined ? asked : asked.send(body);
}

/** What is wrong with an answer, in words. */
function odditiesOf({ status, headers, text }: Response, logged: string): string[] {
  const isRefusal = status >= 400;
  const isProblem = String(headers['content-type']).startsWith('application/problem+json');
  return [
    ...(status >= 500 ? [`${status} ${text}`] : []),
    ...(isRefusal && !isProblem ? [`no problem+json: ${status} ${text}`] : []),
    ...(isRefusal && isProblem && !/"detail":".{10}/.test(text) ? ['no word of why'] : []),
    ...(/\n +at |prisma|node_modules|<script|[a-z0-9]\.ts:\d/i.test(text) ? [text] : []),
    ...(/"level":"(error|fatal)"/.test(logged) ? [logged] : []),
    ...(logged.includes(adminKey) || logged.includes(webhookSecret) ? ['a secret is logged'] : []),
  ].map((odd) => odd.slice(0, 400));
}

async function expectClearAnswers(route: Route, tries: readonly Sent[]): Promise<void> {
  const found: Record<string, string[]> = {};
  for (const sent of tries) {
    const before = api.log().length;
    const answer = await send(route, sent);
    const odd = odditiesOf(answer, api.log().slice(before));
    if (odd.length > 0) found[JSON.stringify(sent).slice(0, 160)] = odd;
  }
  expect(found).toEqual({});
}

const named = (path: string) => routes.filter((route) => `${route.method} ${route.path}` === path);
const only = (path: string): Route => {
  const [route] = named(path);
  if (route === undefined) throw new Error(`No route ${path}`);
  return route;
};
/** With ids that are well-formed and unknown. */
const filled = (path: string) =>
  path
    .replace('/:system', '/stripe')
    .replace(':day', '2026-01-31')
    .replace('people/:id', `people/${randomUUID()}`)
    .replace('/providers/:id/callback', '/providers/kling/callback')
    .replace('/findings/:id', '/findings/5')
    .replaceAll(/:\w+/g, 'x1');

// The list is made before the tests run; the routes themselves need their stores.
const table = createRoutes(makeApi().deps).map(({ method, path }) => `${method} ${path}`);

describe.each(table)('%s', (name) => {
  test('takes any path and any query', async () => {
    const route = only(name);
    const inPath = route.path.includes(':')
      ? [...strings.slice(1), '%00', '%E0%A4%A', '..%2f..', 'x'.repeat(9000)].map((text) =>
          route.path.replace(
            /:\w+/,
            text.startsWith('%') ? text : encodeURIComponent(wholePairs(text)),
          ),
        )
      : [];
    const fields = route.query === undefined ? ['x'] : ['limit', 'target', 'system', 'tokens'];
    const inQuery = fields.flatMap((field) =>
      strings.map((text) => `${field}=${encodeURIComponent(wholePairs(text))}`),
    );
    const odd = ['%E0', 'a&a=b', 'system=stars&currency=XTR&tokens=999999999999'];
    const queries = [...inQuery, ...odd].map((query) => `${filled(route.path)}?${query}`);
    await expectClearAnswers(
      route,
      [...inPath, ...queries].map((path) => ({ path })),
    );
  });

  test('takes any body', async () => {
    const route = only(name);
    if (route.method !== 'post') return;
    const path = filled(route.path);
    const kinds = ['text/plain', 'application/json; charset=utf-7', 'multipart/form-data', ''];
    await expectClearAnswers(route, [
      ...bodies.map((body) => ({ path, body })),
      ...kinds.map((kind) => ({ path, body: '{}', headers: { 'Content-Type': kind } })),
      { path, body: '{}', headers: { 'Content-Encoding': 'gzip' } },
      ...spoilt(route).map((body) => ({ path, body: JSON.stringify(body) })),
    ]);
  });
});

/** encodeURIComponent refuses half a pair. */
function wholePairs(text: string): string {
  return text.replaceAll(/\p{Surrogate}/gu, '\uFFFD');
}

function spoilt({ path, body }: Route): object[] {
  if (body === undefined) return [];
  const whole = wellFormed[path];
  if (whole === undefined) throw new Error(`Tell "wellFormed" what ${path} takes`);
  const fields = Object.keys(whole);
  return [
    whole,
    { ...whole, unknown: 1 },
    ...fields.map((field) =>
      Object.fromEntries(Object.entries(whole).filter(([k]) => k !== field)),
    ),
    ...fields.flatMap((field) => values.map((value) => ({ ...whole, [field]: value }))),
  ];
}

test.each(['yookassa', 'yoomoney', 'cryptobot', 'heleket', 'stripe', 'card', 'stars', 'nobody'])(
  'webhooks of %s',
  async (system) => {
    const route = only('post /webhooks/:system');
    const path = `/webhooks/${system}`;
    await expectClearAnswers(
      route,
      [
        ...bodies,
        ...values.map((value) => JSON.stringify({ event: value, object: value })),
      ].flatMap((body) => [
        { path, body },
        { path, body, headers: { 'Content-Type': 'application/x-www-form-urlencoded' } },
      ]),
    );
  },
);

test.each(['sandbox', 'kling', 'fal', 'gemini', 'nobody'])('callbacks of %s', async (provider) => {
  const route = only('post /providers/:id/callback');
  const named = values.map((value) => JSON.stringify({ external_task_id: value, id: value }));
  await expectClearAnswers(
    route,
    [...bodies, ...named].map((body) => ({ path: `/providers/${provider}/callback`, body })),
  );
});

test.each(['', 'Bearer', 'Bearer x', 'Bearer a.b.c', 'Bearer \u00e9', 'Basic eDp5'])(
  'a session that says %s',
  async (authorization) => {
    const route = only('get /app/api/me');
    const headers = { Authorization: authorization };
    await expectClearAnswers(route, [{ path: '/app/api/me', headers }]);
    expect((await send(route, { path: '/app/api/me', headers })).status).toBe(401);
  },
);

test('afterwards the API works as before', async () => {
  expect((await request(api.app).get('/health')).status).toBe(200);
  const me = await request(api.app).get('/app/api/me').set('Authorization', bearer);
  expect(me.status).toBe(200);
});
