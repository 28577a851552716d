/** Packs and promo codes by HTTP, over a real database. */
import request from 'supertest';
import { createPromoStore } from '../../src/storage/promo-store';
import { createAuditStore } from '../../src/storage/audit-store';
import { createWorld, type World } from '../storage/store-world';
import { adminKey, makeApi, type Fixture } from './fixture';

let world: World;
let api: Fixture;
beforeEach(async () => {
  world = await createWorld();
  await world.payments.seedPacks();
  const audit = createAuditStore(world.db);
  api = makeApi({ promos: createPromoStore(world.db), payments: world.payments, audit });
});
afterEach(() => world.close());

const get = (path: string) => request(api.app).get(path).set('X-Admin-API-Key', adminKey);
const post = (path: string, body: object) =>
  request(api.app).post(path).set('X-Admin-API-Key', adminKey).send(body);

const act = { actor: '900009', reason: 'a campaign' };
const spring = { ...act, code: 'spring', kind: 'percent_off', value: '20' };

test.each([
  ['get', '/admin/promo-codes'],
  ['post', '/admin/promo-codes'],
  ['post', '/admin/promo-codes/SPRING'],
  ['get', '/admin/packs'],
  ['post', '/admin/packs'],
  ['post', '/admin/packs/custom'],
] as const)('%s %s is refused without the key', async (method, path) => {
  const call = request(api.app)[method](path);
  const answer = await call.send(method === 'post' ? act : undefined);
  expect([answer.status, answer.body.code]).toEqual([401, 'UNAUTHORIZED']);
});

describe('promo codes', () => {
  test('are added, repeated harmlessly, listed and switched off, audited', async () => {
    const added = await post('/admin/promo-codes', spring);
    expect([added.status, added.body]).toEqual([
      201,
      {
        ...{ code: 'SPRING', kind: 'percent_off', value: '20', active: true },
        ...{ limitOverall: null, limitPerPerson: 1, expiresAt: null },
      },
    ]);
    expect((await post('/admin/promo-codes', spring)).status).toBe(201);
    expect((await post('/admin/promo-codes', { ...spring, value: '30' })).status).toBe(409);
    const off = await post('/admin/promo-codes/spring', { ...act, active: false });
    expect(off.body.active).toBe(false);
    const { body } = await get('/admin/promo-codes');
    expect(body.promoCodes).toMatchObject([{ code: 'SPRING', active: false, redemptions: 0 }]);
    const trail = await api.deps.audit.list({ target: 'promo:SPRING', limit: 9 });
    expect(trail.map(({ action }) => action)).toEqual(['switch_promo', 'create_promo']);
  });

  test.each([
    { ...spring, value: '91' },
    { ...spring, value: '0' },
    { ...spring, code: 'a b' },
    { ...spring, limitPerPerson: 0 },
    { ...spring, expiresAt: 'tomorrow' },
    { ...spring, kind: 'gift' },
  ])('of these terms are refused: %j', async (body) => {
    expect((await post('/admin/promo-codes', body)).status).toBe(400);
    expect((await get('/admin/promo-codes')).body.promoCodes).toEqual([]);
  });

  test('are not made by somebody who is no admin, nor switched when there is none', async () => {
    const stranger = await post('/admin/promo-codes', { ...spring, actor: '1' });
    expect(stranger.body.code).toBe('ACTOR_UNKNOWN');
    const missing = await post('/admin/promo-codes/SPRING', { ...act, active: true });
    expect(missing.status).toBe(404);
  });
});

describe('packs', () => {
  const key = { system: 'stripe', currency: 'USD' };

  test('are priced and switched, and amounts people name get other bounds', async () => {
    const price = { ...act, ...key, packTokens: '100', amountMinor: '199' };
    expect((await post('/admin/packs', price)).status).toBe(200);
    const bounds = { ...act, ...key, leastTokens: '50', mostTokens: '60', active: false };
    const { body } = await post('/admin/packs/custom', bounds);
    const shelf = body.shelves.find((each: { system: string }) => each.system === 'stripe');
    expect(shelf.packs[0]).toEqual({ packTokens: '100', amountMinor: '199', active: true });
    expect(shelf.custom).toEqual({ leastTokens: '50', mostTokens: '60', active: false });
    const sold = await world.payments.shelf({ system: 'stripe', currency: 'USD' });
    expect(sold.custom).toBeNull();
  });

  test('are not changed by nonsense or strangers', async () => {
    const price = { ...act, ...key, packTokens: '100', amountMinor: '1' };
    const before = (await get('/admin/packs')).body;
    const answers = [
      await post('/admin/packs', { ...price, amountMinor: '0' }),
      await post('/admin/packs', { ...price, currency: 'XXX' }),
      await post('/admin/packs', { ...price, actor: '1' }),
      await post('/admin/packs/custom', { ...act, ...key, leastTokens: '9', mostTokens: '8' }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([400, 400, 403, 400]);
    expect((await get('/admin/packs')).body).toEqual(before);
  });
});
