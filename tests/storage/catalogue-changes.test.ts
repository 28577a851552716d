import { UnsoundModel } from '../../src/domain/model-rules';
import { createCatalogueChanges, type NewModel } from '../../src/storage/catalogue-changes';
import { createExperimentStore } from '../../src/storage/experiment-store';
import { codeOf, later, together, createWorld, type World } from './store-world';

const abilities = [{ id: 'sandbox', modes: { image: ['text', 'photo'] as const }, inputsMax: 2 }];
const act = { actor: '900009', reason: 'a test' };
const sketch: NewModel = {
  slug: 'sketch',
  kind: 'image',
  modes: ['text'],
  provider: 'sandbox',
  providerModel: 'sketch-1',
  name: { en: 'Sketch', ru: 'Эскиз' },
  description: { en: 'Sketches', ru: 'Делает эскизы' },
  priceTokens: 3n,
  surcharge: { percent: { quality: { high: 200 } } },
  cost: { base: 39_000n },
  options: { quality: ['low', 'high'] },
  inputsMax: 1,
  fallback: [],
  active: true,
  listed: true,
  position: 5,
};

let world: World;
let changes: ReturnType<typeof createCatalogueChanges>;
beforeEach(async () => {
  world = await createWorld();
  changes = createCatalogueChanges(world.db, abilities);
});
afterEach(() => world.close());

const audited = (target: string) =>
  world.db.auditEntry.findMany({ where: { target }, orderBy: { id: 'desc' } });

async function problemsIn(work: Promise<unknown>): Promise<readonly string[]> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return error instanceof UnsoundModel ? error.problems : ['none'];
}

describe('a change of the catalogue', () => {
  test('adds a model that is offered at once, audited with actor and reason', async () => {
    expect(await changes.add(sketch, act)).toMatchObject({
      slug: 'sketch',
      cost: { base: 39_000n },
    });
    const offered = await world.catalogue.listActive({ kind: 'image', mode: 'text' });
    expect(offered.map(({ slug }) => slug)).toContain('sketch');
    expect(await audited('model:sketch')).toMatchObject([{ ...act, action: 'add_model' }]);
  });

  test('adds a slug once, however many do it at the same time', async () => {
    const outcomes = await together(5, () => problemsIn(changes.add(sketch, act)));
    expect(outcomes.filter(([problem]) => problem === 'none')).toHaveLength(1);
    expect(outcomes.filter(([problem]) => problem === 'exists')).toHaveLength(4);
    expect(await audited('model:sketch')).toHaveLength(1);
  });

  test('that is unsound changes nothing and is not audited', async () => {
    await changes.add(sketch, act);
    const wrong = { priceTokens: 0n, options: {}, fallback: ['nobody'] };
    expect(await problemsIn(changes.change('sketch', wrong, act))).toEqual([
      'price',
      'surcharge',
      'fallback',
    ]);
    expect((await world.catalogue.get('sketch')).priceTokens).toBe(3n);
    expect(await audited('model:sketch')).toHaveLength(1);
  });

  test('leaves alone what it does not name', async () => {
    await changes.add(sketch, act);
    await changes.change('sketch', { priceTokens: 7n, position: 0 }, act);
    const { priceTokens, rate, cost, name, position } = await world.catalogue.get('sketch');
    expect({ priceTokens, rate, cost, name, position }).toEqual({
      priceTokens: 7n,
      rate: { base: 7n, ...sketch.surcharge },
      cost: sketch.cost,
      name: sketch.name,
      position: 0,
    });
  });

  test('does not touch what was confirmed before', async () => {
    const person = await world.person(10n);
    const order = await world.order(person);
    await changes.change('paint', { priceTokens: 9n }, act);
    await world.generations.begin(order.id, {
      activeMax: 3,
      perHour: 9,
      reserveExpiresAt: later(),
    });
    expect((await world.ledger.balance(person.id)).held).toBe(4n);
  });

  test('brings a retired model back without its reason', async () => {
    await world.catalogue.disable('paint', 'retired');
    await changes.change('paint', { active: true, providerModel: 'paint-2' }, act);
    expect(await world.catalogue.get('paint')).toMatchObject({
      active: true,
      disabledReason: null,
      providerModel: 'paint-2',
    });
  });

  test('of a model nobody knows is NOT_FOUND', async () => {
    expect(await codeOf(changes.change('nobody', { active: false }, act))).toBe('NOT_FOUND');
  });
});

describe('an experiment', () => {
  const variants = [
    { slug: 'paint', weight: 50 },
    { slug: 'sketch', weight: 50 },
  ];
  const open = async () => {
    await changes.add({ ...sketch, modes: ['text', 'photo'], listed: false }, act);
    return createExperimentStore(world.db);
  };

  test('runs from its start to its stop, one on a model, audited', async () => {
    const experiments = await open();
    expect(await experiments.runningOn('paint')).toBeUndefined();
    await experiments.start({ id: 'e1', model: 'paint', variants }, act);
    const running = await experiments.runningOn('paint');
    expect(running?.experiment).toMatchObject({ id: 'e1', variants });
    expect(running?.models.map(({ slug }) => slug).sort()).toEqual(['paint', 'sketch']);
    const second = experiments.start({ id: 'e2', model: 'paint', variants }, act);
    expect(await problemsIn(second)).toEqual(['experiment']);
    await experiments.stop('e1', act);
    expect(await experiments.runningOn('paint')).toBeUndefined();
    expect(await codeOf(experiments.stop('e1', act))).toBe('NOT_FOUND');
    const records = await audited('experiment:e1');
    expect(records.map(({ action }) => action)).toEqual(['stop_experiment', 'start_experiment']);
  });

  test('started elsewhere is known here within seconds', async () => {
    const clock = { now: 1_000_000 };
    const elsewhere = await open();
    const here = createExperimentStore(world.db, () => clock.now);
    expect(await here.runningOn('paint')).toBeUndefined();
    await elsewhere.start({ id: 'e1', model: 'paint', variants }, act);
    clock.now += 10_000;
    expect(await here.runningOn('paint')).toBeDefined();
  });

  test.each([
    ['variants', [{ slug: 'paint', weight: 1 }]],
    ['variants', [variants[0], variants[0]]],
    ['variants', [variants[0], { slug: 'nobody', weight: 1 }]],
    ['weights', [variants[0], { slug: 'sketch', weight: 0 }]],
    ['weights', [variants[0], { slug: 'sketch', weight: 1.5 }]],
  ])('with unsound %s does not start: %j', async (problem, wrong) => {
    const experiments = await open();
    const wish = { id: 'e1', model: 'paint', variants: wrong as typeof variants };
    expect(await problemsIn(experiments.start(wish, act))).toEqual([problem]);
    expect(await experiments.list()).toEqual([]);
  });

  test('tells success, time, cost, return and complaints of each variant', async () => {
    const experiments = await open();
    await experiments.start({ id: 'e1', model: 'paint', variants }, act);
    const model = await world.catalogue.get('paint');
    const sketchModel = await world.catalogue.get('sketch');
    const [anna, ben] = [await world.person(100n), await world.person(100n)];
    const order = async (id: string, person: { id: string }, by = sketchModel) => {
      const request = { kind: 'image', mode: 'text', prompt: 'a fox', inputAssetIds: [] } as const;
      const options = { quality: 'low' };
      await world.generations.order({
        id,
        person,
        chatId: 5n,
        language: 'en',
        request: { ...request, options: {} },
        model,
        variant: { experiment: 'e1', serving: { model: by, options } },
      });
      await world.generations.begin(id, { activeMax: 9, perHour: 9, reserveExpiresAt: later() });
      await world.generations.startSubmission(id);
    };
    for (const id of ['a1', 'a2']) await order(id, anna);
    await order('b1', ben);
    await order('p1', ben, model);
    for (const [id, seconds] of [
      ['a1', 10],
      ['a2', 20],
    ] as const) {
      await world.generations.deliverAndCommit(id);
      const { createdAt } = await world.generations.get(id);
      const finishedAt = new Date(createdAt.getTime() + seconds * 1_000);
      await world.db.generation.update({ where: { id }, data: { finishedAt } });
    }
    await world.generations.submissionReset('b1');
    await world.generations.release('b1', 'PROVIDER_UNAVAILABLE');
    for (const actor of ['1', '2']) {
      await world.db.auditEntry.create({
        data: {
          actor,
          action: 'report',
          target: 'generation:a1',
          reason: 'x',
          outcome: 'reported',
        },
      });
    }
    const { results } = await experiments.results('e1');
    expect(results).toEqual([
      expect.objectContaining({ variant: 'paint', generations: 1, delivered: 0, costMicros: 0n }),
      {
        variant: 'sketch',
        generations: 3,
        people: 2,
        delivered: 2,
        failed: 1,
        fellBack: 0,
        latencyMs50: 10_000,
        latencyMs95: 20_000,
        costMicros: 78_000n,
        repeatPeople: 1,
        complaints: 1,
      },
    ]);
  });
});
