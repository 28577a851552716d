/** The catalogue by HTTP, over a real database. */
import request from 'supertest';
import { createCatalogueChanges } from '../../src/storage/catalogue-changes';
import { createExperimentStore } from '../../src/storage/experiment-store';
import { createProviderStore } from '../../src/storage/provider-store';
import { createWorld, type World } from '../storage/store-world';
import { adminKey, makeApi, type Fixture } from './fixture';

let world: World;
let api: Fixture;
beforeEach(async () => {
  world = await createWorld();
  const abilities = [{ id: 'sandbox', modes: { image: ['text', 'photo'] as const }, inputsMax: 1 }];
  api = makeApi({
    catalogueChanges: createCatalogueChanges(world.db, abilities),
    experiments: createExperimentStore(world.db),
    providerStates: createProviderStore(world.db),
    providers: {
      ready: new Map([['sandbox', { definition: {} }]]),
      off: [{ id: 'kling' }],
    },
  });
});
afterEach(() => world.close());

const get = (path: string) => request(api.app).get(path).set('X-Admin-API-Key', adminKey);
const post = (path: string, body: object) =>
  request(api.app).post(path).set('X-Admin-API-Key', adminKey).send(body);

const act = { actor: '900009', reason: 'a test' };
const sketch = {
  slug: 'sketch',
  kind: 'image',
  provider: 'sandbox',
  providerModel: 'sketch-1',
  modes: ['text', 'photo'],
  name: { en: 'Sketch', ru: 'Эскиз' },
  description: { en: 'Sketches', ru: 'Делает эскизы' },
  priceTokens: '3',
  options: { quality: ['low', 'high'] },
  surcharge: { percent: { quality: { high: 200 } } },
  cost: { base: '0.039' },
};

test.each([
  ['post', '/admin/models'],
  ['post', '/admin/models/paint'],
  ['get', '/admin/models'],
  ['get', '/admin/experiments'],
  ['post', '/admin/experiments'],
  ['post', '/admin/experiments/e1/stop'],
  ['get', '/admin/experiments/e1'],
  ['get', '/admin/providers'],
  ['post', '/admin/providers/sandbox'],
] as const)('%s %s is refused without the key', async (method, path) => {
  const call = request(api.app)[method](path);
  const answer = await call.send(method === 'post' ? act : undefined);
  expect([answer.status, answer.body.code]).toEqual([401, 'UNAUTHORIZED']);
});

describe('a model by the API', () => {
  test('is added, listed and changed, with every amount as it was sent', async () => {
    const added = await post('/admin/models', { ...sketch, ...act });
    expect(added.status).toBe(201);
    const { models } = (await get('/admin/models')).body;
    expect(models.map(({ slug }: { slug: string }) => slug)).toEqual(['paint', 'sketch']);
    expect(models[1]).toEqual({
      ...sketch,
      inputsMax: 1,
      fallback: [],
      active: true,
      listed: true,
      position: 100,
      disabledReason: null,
    });
    const change = { priceTokens: '4', fallback: ['paint'], cost: null, ...act };
    const changed = await post('/admin/models/sketch', change);
    expect(changed.body).toMatchObject({ priceTokens: '4', fallback: ['paint'], cost: null });
    expect(changed.body.surcharge).toEqual(sketch.surcharge);
    const records = await world.db.auditEntry.findMany({ where: { target: 'model:sketch' } });
    expect(records).toMatchObject([
      { ...act, action: 'add_model' },
      { ...act, action: 'change_model' },
    ]);
  });

  test('that is unsound is refused with every rule it breaks', async () => {
    const wrong = { ...sketch, provider: 'nobody', priceTokens: '0', inputsMax: 0, ...act };
    const answer = await post('/admin/models', wrong);
    expect([answer.status, answer.body.code]).toEqual([400, 'INVALID_INPUT']);
    expect(answer.body.errors.map(({ field }: { field: string }) => field)).toEqual([
      'provider',
      'price',
      'inputsMax',
    ]);
    expect(await world.db.model.count()).toBe(1);
  });

  test.each([
    [{ ...sketch, priceTokens: 3 }],
    [{ ...sketch, cost: { base: '1e3' } }],
    [{ ...sketch, options: { colour: ['red'] } }],
    [{ ...sketch, extra: true }],
    [{ ...sketch, surcharge: { base: '1' } }],
  ])('in another form is refused: %j', async (body) => {
    expect((await post('/admin/models', { ...body, ...act })).status).toBe(400);
  });

  test('is changed by somebody in particular', async () => {
    const answer = await post('/admin/models/paint', { priceTokens: '9', ...act, actor: '5' });
    expect([answer.status, answer.body.code]).toEqual([403, 'ACTOR_UNKNOWN']);
    expect((await world.catalogue.get('paint')).priceTokens).toBe(4n);
    expect(api.deps.audit.record).toHaveBeenCalledWith(
      expect.objectContaining({ actor: '5', outcome: 'ACTOR_UNKNOWN' }),
    );
  });

  test('nobody knows is NOT_FOUND', async () => {
    expect((await post('/admin/models/nobody', { active: false, ...act })).status).toBe(404);
  });
});

test('an experiment is started, read and stopped by the API', async () => {
  await post('/admin/models', { ...sketch, ...act });
  const variants = [
    { slug: 'paint', weight: 3 },
    { slug: 'sketch', weight: 1 },
  ];
  const started = await post('/admin/experiments', { id: 'e1', model: 'paint', variants, ...act });
  expect([started.status, started.body.stoppedAt]).toEqual([201, null]);
  expect((await get('/admin/experiments')).body.experiments).toMatchObject([
    { id: 'e1', variants },
  ]);
  expect((await get('/admin/experiments/e1')).body).toMatchObject({ model: 'paint', results: [] });
  const again = await post('/admin/experiments', { id: 'e1', model: 'paint', variants, ...act });
  expect(again.body.errors).toMatchObject([{ field: 'experiment' }]);
  const stopped = await post('/admin/experiments/e1/stop', act);
  expect(stopped.body.stoppedAt).not.toBeNull();
  expect((await post('/admin/experiments/e1/stop', act)).status).toBe(404);
});

describe('the providers', () => {
  test('stand in /health/providers without money, and in the admin API with it', async () => {
    const change = { dayBudgetUsd: '12.5', places: 4, ...act };
    const changed = await post('/admin/providers/sandbox', change);
    expect(changed.body).toMatchObject({
      status: 'ok',
      places: { taken: 0, most: 4 },
      today: { spentUsd: '0.00', budgetUsd: '12.50' },
      month: { spentUsd: '0.00', budgetUsd: null },
    });
    const health = await request(api.app).get('/health/providers');
    expect(health.body).toEqual({
      status: 'ok',
      providers: [
        { id: 'sandbox', status: 'ok' },
        { id: 'kling', status: 'off' },
      ],
    });
    const lifted = await post('/admin/providers/sandbox', { dayBudgetUsd: null, ...act });
    expect(lifted.body.today.budgetUsd).toBeNull();
    expect((await post('/admin/providers/nobody', { paused: true, ...act })).status).toBe(404);
  });

  test('are down when none takes jobs', async () => {
    await post('/admin/providers/sandbox', { paused: true, ...act });
    const health = await request(api.app).get('/health/providers');
    expect(health.body).toMatchObject({ status: 'down', providers: [{ status: 'paused' }, {}] });
    for (let time = 0; time < 5; time += 1) {
      await createProviderStore(world.db).failed('sandbox', 'transient');
    }
    await post('/admin/providers/sandbox', { paused: false, ...act });
    const { providers } = (await get('/admin/providers')).body;
    expect(providers[0]).toMatchObject({
      status: 'resting',
      failures: 5,
      lastFailure: 'transient',
    });
    expect(Date.parse(providers[0].restsUntil)).toBeGreaterThan(Date.now());
  });
});
