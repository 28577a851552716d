import { createProviderStore, type ProviderStore } from '../../src/storage/provider-store';
import { createWorld, later, together, type World } from './store-world';

let world: World;
let providers: ProviderStore;
beforeAll(async () => {
  world = await createWorld();
  providers = createProviderStore(world.db);
});
afterAll(() => world.close());
beforeEach(async () => {
  await world.db.providerState.deleteMany();
  await world.db.providerSpend.deleteMany();
  await world.db.providerLease.deleteMany();
});

const provider = 'sandbox';

async function begun(costMicros = 0n): Promise<string> {
  const person = await world.person(10n);
  const { id } = await world.order(person);
  await world.generations.begin(id, { activeMax: 9, perHour: 9, reserveExpiresAt: later() });
  await world.db.generation.update({ where: { id }, data: { costMicros } });
  return id;
}

async function breakerOf(name = provider) {
  const standings = await providers.standings();
  return standings.find((standing) => standing.provider === name)?.breaker;
}

async function fail(times: number): Promise<void> {
  for (let time = 0; time < times; time += 1) await providers.failed(provider, 'transient');
}

/** Lets the rest be over, as a minute would. */
async function rested(): Promise<void> {
  const openUntil = new Date(Date.now() - 1_000);
  await world.db.providerState.update({ where: { provider }, data: { openUntil } });
}

describe('the breaker of a provider', () => {
  test('opens at the fifth failure in a row and says so once', async () => {
    await fail(4);
    expect(await breakerOf()).toBe('closed');
    expect(await providers.failed(provider, 'quota')).toBeInstanceOf(Date);
    expect(await breakerOf()).toBe('open');
    expect(await providers.failed(provider, 'quota')).toBeUndefined();
    const held = await world.generations.startSubmission(await begun());
    expect(held).toMatchObject({ heldBy: 'open' });
    expect((held as { untilMs: number }).untilMs).toBeGreaterThan(50_000);
  });

  test('opens once under failures from everywhere at the same time', async () => {
    const opened = await together(20, () => providers.failed(provider, 'transient'));
    expect(opened.filter((at) => at !== undefined)).toHaveLength(1);
  });

  test('forgets failures that a success interrupts', async () => {
    await fail(4);
    await providers.succeeded(provider);
    await fail(4);
    expect(await breakerOf()).toBe('closed');
  });

  test('lets one trial through after its rest, however many ask', async () => {
    await fail(5);
    expect(await providers.takeTrial(provider)).toBe(false);
    await rested();
    const taken = await together(10, () => providers.takeTrial(provider));
    expect(taken.filter(Boolean)).toHaveLength(1);
    const id = await begun();
    expect(await world.generations.startSubmission(id)).toMatchObject({ heldBy: 'trial' });
    expect(await world.generations.startSubmission(id, { isTrial: true })).toMatchObject({
      begun: true,
      shaken: true,
    });
  });

  test('rests again when the trial fails and closes when one succeeds', async () => {
    await fail(5);
    await rested();
    await providers.takeTrial(provider);
    await providers.failed(provider, 'transient');
    expect(await breakerOf()).toBe('open');
    await rested();
    expect(await providers.takeTrial(provider)).toBe(true);
    await providers.succeeded(provider);
    expect(await breakerOf()).toBe('closed');
    expect(await world.generations.startSubmission(await begun())).toMatchObject({ begun: true });
  });

  test('is not moved by what was under way when it opened', async () => {
    await fail(5);
    const before = await providers.standings();
    await providers.succeeded(provider);
    await providers.failed(provider, 'transient');
    const after = await providers.standings();
    expect(after[0]?.openUntil).toEqual(before[0]?.openUntil);
    expect(after[0]?.breaker).toBe('open');
  });

  test('of one provider says nothing of another', async () => {
    await fail(5);
    await providers.failed('other', 'transient');
    expect(await breakerOf('other')).toBe('closed');
  });
});

describe('the budget of a provider', () => {
  const limit = (budget: object) => providers.change(provider, budget, act);
  const act = { actor: '900009', reason: 'a test' };
  const spent = async () => (await providers.standings())[0]?.spentToday ?? 0n;

  test('is never exceeded, however many submit at the same time', async () => {
    await limit({ budgetDayMicros: 100n });
    const ids = await Promise.all(Array.from({ length: 12 }, () => begun(30n)));
    const begins = await Promise.all(ids.map((id) => world.generations.startSubmission(id)));
    expect(begins.filter((one) => typeof one === 'object' && 'begun' in one)).toHaveLength(3);
    expect(begins.filter((one) => typeof one === 'object' && 'heldBy' in one)).toHaveLength(9);
    expect(await spent()).toBe(90n);
  });

  test('gets back what a provider did not take, once', async () => {
    const id = await begun(30n);
    await world.generations.startSubmission(id);
    expect(await spent()).toBe(30n);
    await together(5, () => world.generations.submissionReset(id));
    expect(await spent()).toBe(0n);
  });

  test('keeps the cost of a job that was accepted', async () => {
    const id = await begun(30n);
    await world.generations.startSubmission(id);
    await world.generations.submissionAccepted(id, 'job');
    await world.generations.submissionReset(id);
    expect(await spent()).toBe(30n);
  });

  test('of a month counts its other days', async () => {
    await limit({ budgetMonthMicros: 100n });
    const day = new Date();
    const first = new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth(), 1));
    const isFirst = day.getUTCDate() === 1;
    await world.db.providerSpend.create({ data: { provider, day: first, micros: 80n, jobs: 1 } });
    expect((await providers.standings())[0]).toMatchObject({
      spentThisMonth: 80n,
      spentToday: isFirst ? 80n : 0n,
    });
    const id = await begun(30n);
    expect(await world.generations.startSubmission(id)).toMatchObject({ heldBy: 'budget' });
    expect(await world.generations.startSubmission(await begun(20n))).toMatchObject({
      begun: true,
      reached: [{ period: 'month', percent: 100 }],
    });
  });

  test('names each mark when it is reached', async () => {
    await limit({ budgetDayMicros: 100n });
    const marks: number[] = [];
    for (const cost of [40n, 20n, 10n, 15n, 15n]) {
      const submission = await world.generations.startSubmission(await begun(cost));
      if (typeof submission === 'object' && 'begun' in submission) {
        marks.push(...submission.reached.map(({ percent }) => percent));
      }
    }
    expect(marks).toEqual([50, 80, 100]);
  });

  test('is changed by an admin, with a reason in the audit', async () => {
    await limit({ paused: true });
    expect(await world.generations.startSubmission(await begun())).toMatchObject({
      heldBy: 'paused',
    });
    const [row] = await world.db.auditEntry.findMany({
      where: { target: `provider:${provider}` },
      orderBy: { id: 'desc' },
    });
    expect(row).toMatchObject({ ...act, action: 'change_provider', outcome: 'paused=true' });
  });
});

describe('the places of a provider', () => {
  const take = (generationId: string, places = 3, forMs = 60_000) =>
    providers.takePlace({ provider, places, generationId, forMs });

  test('are never given to more jobs than there are', async () => {
    const taken = await together(12, (index) => take(`g-${index}`));
    expect(taken.filter(Boolean).length).toBeLessThanOrEqual(3);
    // Who lost a race for one place simply comes again.
    for (let index = 20; index < 24; index += 1) await take(`g-${index}`);
    expect(await world.db.providerLease.count()).toBe(3);
    expect(await take('g-late')).toBe(false);
  });

  test('come free with the result, the refusal or by themselves', async () => {
    const [first, second] = [await begun(), await begun()];
    const options = { places: 2 };
    for (const id of [first, second]) {
      expect(await world.generations.startSubmission(id, options)).toEqual({
        heldBy: 'places',
        untilMs: 0,
        places: 2,
      });
      expect(await take(id, 2)).toBe(true);
      expect(await world.generations.startSubmission(id, options)).toMatchObject({ begun: true });
    }
    expect(await take('third', 2)).toBe(false);
    await world.generations.submissionAccepted(first, 'job');
    await world.generations.storeOutputs(first, []);
    expect(await take('third', 2, -1)).toBe(true);
    expect(await take('fourth', 2)).toBe(true);
    await world.generations.submissionReset(second);
    expect(await take('fifth', 2)).toBe(true);
    await providers.leavePlace('fifth');
    expect(await take('fifth', 2)).toBe(true);
    expect(await take('sixth', 2)).toBe(false);
  });

  test('are as many as the owner says, whatever the adapter says', async () => {
    await providers.change(provider, { concurrencyMax: 7 }, { actor: '1', reason: 'a pack' });
    const id = await begun();
    expect(await world.generations.startSubmission(id, { places: 2 })).toMatchObject({ places: 7 });
    expect(await world.generations.startSubmission(id)).toMatchObject({ heldBy: 'places' });
  });
});
