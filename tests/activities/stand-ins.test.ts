/** Turning providers off and on again, over the real stores: who serves, who is told, who pays. */
import type { ModelOptions } from '../../src/domain/catalogue';
import { ProviderError } from '../../src/providers/provider';
import type { Providers } from '../../src/providers/registry';
import { createScriptedProvider, type ScriptedProvider, type Traits } from './scripted-provider';
import { adminId, failureOf, openStage, type Stage } from './stage';

let stage: Stage;
let main: ScriptedProvider;
let spare: ScriptedProvider;
let play: ReturnType<Stage['play']>;

const traits: Traits = { dedupesSubmit: false, canBeAsked: false };

beforeAll(async () => {
  stage = await openStage();
  await stage.admin();
});
afterAll(() => stage.close());

beforeEach(async () => {
  await stage.db.providerState.deleteMany();
  await stage.db.providerSpend.deleteMany();
  main = createScriptedProvider(traits);
  spare = createScriptedProvider({ ...traits, id: 'spare' });
  play = stage.play({ providers: both(main, spare) });
  await model('spare-paint', 'spare');
  await stage.db.model.update({
    where: { slug: 'paint' },
    data: { fallback: ['spare-paint'], active: true, disabledReason: null, disabledAt: null },
  });
});

function both(...providers: ScriptedProvider[]): Providers {
  return { ready: new Map(providers.flatMap(({ providers: { ready } }) => [...ready])), off: [] };
}

async function model(slug: string, provider: string, options: ModelOptions = {}): Promise<void> {
  const row = {
    kind: 'image',
    modes: ['text', 'photo'],
    provider,
    providerModel: `${slug}-1`,
    name: { en: `Model ${slug}`, ru: `Модель ${slug}` },
    description: { en: 'Paints', ru: 'Рисует' },
    priceTokens: 400n,
    cost: { base: '50000' },
    options: { ...options },
  };
  await stage.db.model.upsert({ where: { slug }, create: { slug, ...row }, update: row });
}

/** Submits as the workflow would: falls back as often as it may. */
async function serve(id: string): Promise<string | undefined> {
  for (let round = 0; round < 5; round += 1) {
    const { provider } = await stage.generations.get(id);
    const failure = await failureOf(play.providerSteps.submit(id));
    if (failure === undefined) return provider;
    if (failure.nonRetryable !== true) continue;
    const code = failure.type as 'PROVIDER_UNAVAILABLE';
    if ((await play.generation.fallBack(id, { provider, code })) === null) return undefined;
  }
  throw new Error('It went in circles');
}

const down = (): ProviderError => new ProviderError('transient', '503');

describe('a provider that is down', () => {
  test('is tried four times, then another model makes it at the confirmed price', async () => {
    const { id, priceTokens } = await stage.working();
    await stage.generations.setStatusMessage(id, 42n);
    main.refuse(down(), down(), down(), down());
    expect(await serve(id)).toBe('spare');
    const served = await stage.generations.get(id);
    expect(served).toMatchObject({
      provider: 'spare',
      providerModel: 'spare-paint-1',
      servedBy: 'spare-paint',
      tried: ['paint'],
      priceTokens,
    });
    expect(main.accepted).toEqual([]);
    expect(play.telegram.done.map(({ text }) => text).join()).toContain(
      'Model spare-paint makes it',
    );
  });

  test('mid-load: its breaker opens, everybody else is served at once, and it comes back by itself', async () => {
    const ids: string[] = [];
    for (let count = 0; count < 12; count += 1) ids.push((await stage.working()).id);
    // Off: from now on every call fails.
    main.refuse(...Array.from({ length: 60 }, down));
    const [first = '', ...rest] = ids;
    await failureOf(play.providerSteps.submit(first));
    expect(await Promise.all(rest.map(serve))).toEqual(rest.map(() => 'spare'));
    expect(await serve(first)).toBe('spare');
    const [standing] = await stage.providerStates.standings();
    expect(standing).toMatchObject({ provider: 'sandbox', breaker: 'open' });

    const whileResting = (await stage.working()).id;
    const calls = 60 - main.refusalsLeft();
    expect(await serve(whileResting)).toBe('spare');
    expect(60 - main.refusalsLeft()).toBe(calls);

    // On again, and its minute is over.
    main.recover();
    await stage.db.providerState.update({
      where: { provider: 'sandbox' },
      data: { openUntil: new Date(Date.now() - 1) },
    });
    const trial = (await stage.working()).id;
    expect(await serve(trial)).toBe('sandbox');
    expect((await stage.providerStates.standings())[0]).toMatchObject({ breaker: 'closed' });
    expect(await serve((await stage.working()).id)).toBe('sandbox');
    const news = play.telegram.done.filter(({ chatId }) => chatId === adminId);
    expect(news).toHaveLength(1);
  });

  test('with nobody to stand in is waited for, and then the tokens may go back', async () => {
    await stage.db.model.update({ where: { slug: 'paint' }, data: { fallback: [] } });
    const { id } = await stage.working();
    for (let count = 0; count < 5; count += 1) {
      await stage.providerStates.failed('sandbox', 'transient');
    }
    const delays: unknown[] = [];
    for (let attempt = 1; attempt <= 4; attempt += 1) {
      const failure = await failureOf(play.providerSteps.submit(id));
      delays.push(
        failure?.nonRetryable === true ? 'over' : Number(failure?.nextRetryDelay) > 9_999,
      );
    }
    expect(delays).toEqual([true, true, true, 'over']);
    expect(main.accepted).toEqual([]);
    expect(
      await play.generation.fallBack(id, { provider: 'sandbox', code: 'PROVIDER_UNAVAILABLE' }),
    ).toBeNull();
  });
});

describe('another model never takes over', () => {
  test.each([
    ['blocked', 'PROVIDER_REFUSED'],
    ['invalid', 'PROVIDER_REJECTED'],
  ] as const)('what a provider refused as %s', async (failure, code) => {
    const { id } = await stage.working();
    main.refuse(new ProviderError(failure, 'no'));
    expect(await failureOf(play.providerSteps.submit(id))).toMatchObject({ type: code });
    expect(await play.generation.fallBack(id, { provider: 'sandbox', code })).toBeNull();
    expect(spare.accepted).toEqual([]);
  });

  test('what may have been paid for, whatever the code says', async () => {
    const { id } = await stage.working();
    main.lose(new ProviderError('unknown', 'the connection broke'));
    await failureOf(play.providerSteps.submit(id));
    expect(
      await play.generation.fallBack(id, { provider: 'sandbox', code: 'PROVIDER_TIMEOUT' }),
    ).toBeNull();
    await play.providerSteps.submit(id).catch(() => undefined);
    expect(spare.accepted).toEqual([]);
  });

  test('what is being made already', async () => {
    const { id } = await stage.working();
    await play.providerSteps.submit(id);
    expect(
      await play.generation.fallBack(id, { provider: 'sandbox', code: 'PROVIDER_ACCOUNT' }),
    ).toBeNull();
  });
});

describe.each(['auth', 'quota'] as const)('an account that is refused (%s)', (failure) => {
  test('falls back at once and tells the owner once an hour', async () => {
    play = stage.play({
      providers: both(main, spare),
      now: new Date(`2031-05-0${failure.length}`),
    });
    for (let count = 0; count < 3; count += 1) {
      main.refuse(new ProviderError(failure, 'HTTP 402'));
      expect(await serve((await stage.working()).id)).toBe('spare');
    }
    const news = play.telegram.done.filter(({ chatId }) => chatId === adminId);
    expect(news.map(({ text }) => text)).toEqual([expect.stringContaining(failure)]);
  });
});

test('a retired model is switched off with its reason, the owner told once, people served', async () => {
  main.refuse(new ProviderError('retired', '404'), new ProviderError('retired', '404'));
  const [one, two] = [await stage.working(), await stage.working()];
  expect(await serve(one.id)).toBe('spare');
  expect(await serve(two.id)).toBe('spare');
  expect(await stage.catalogue.get('paint')).toMatchObject({
    active: false,
    disabledReason: 'retired',
  });
  const news = play.telegram.done.filter(({ chatId }) => chatId === adminId);
  expect(news).toHaveLength(1);
  const records = await stage.db.auditEntry.findMany({ where: { action: 'disable_model' } });
  expect(records).toMatchObject([{ actor: 'easel', target: 'model:paint', reason: 'retired' }]);
});

test('a provider whose budget is spent is passed over, and the owner hears of each mark once', async () => {
  await stage.providerStates.change(
    'sandbox',
    { budgetDayMicros: 100_000n },
    { actor: '1', reason: 'a test' },
  );
  const served: unknown[] = [];
  for (let count = 0; count < 5; count += 1) {
    const { id } = await stage.working();
    await stage.db.generation.update({ where: { id }, data: { costMicros: 45_000n } });
    served.push(await serve(id));
  }
  expect(served).toEqual(['sandbox', 'sandbox', 'spare', 'spare', 'spare']);
  const news = play.telegram.done.filter(({ chatId }) => chatId === adminId);
  expect(news.map(({ text }) => /\d+ %/.exec(text)?.[0])).toEqual(['80 %', '100 %']);
});

test('a provider switched off in the settings is relieved before anything is reserved', async () => {
  const off = stage.play({ providers: both(spare) });
  const person = await stage.person(10n);
  const { id } = await stage.order(person);
  expect(await off.generation.begin(id)).toEqual({ provider: 'spare' });
  // The same answer when the first one was lost.
  expect(await off.generation.begin(id)).toEqual({ provider: 'spare' });
  const none = stage.play({ providers: both() });
  const other = await stage.order(person);
  expect(await failureOf(none.generation.begin(other.id))).toMatchObject({
    type: 'MODEL_UNAVAILABLE',
  });
  expect((await stage.ledger.balance(person.id)).held).toBe(4n);
});

test('a step of handing over that is repeated hands over once', async () => {
  const { id } = await stage.working();
  const from = { provider: 'sandbox', code: 'PROVIDER_UNAVAILABLE' } as const;
  expect(await play.generation.fallBack(id, from)).toEqual({ provider: 'spare' });
  expect(await play.generation.fallBack(id, from)).toEqual({ provider: 'spare' });
  expect((await stage.generations.get(id)).tried).toEqual(['paint']);
});

test('a provider with few places makes the others wait, and serves them when one is free', async () => {
  main = createScriptedProvider({ ...traits, concurrencyMax: 1 });
  play = stage.play({ providers: both(main) });
  const [one, two] = [await stage.working(), await stage.working()];
  await play.providerSteps.submit(one.id);
  for (let attempt = 0; attempt < 6; attempt += 1) {
    expect(await failureOf(play.providerSteps.submit(two.id))).toMatchObject({
      type: 'PROVIDER_BUSY',
      nonRetryable: false,
    });
  }
  main.answer({ status: 'done', outputs: [{ mediaType: 'image/jpeg', bytes: stage.picture }] });
  await play.providerSteps.collect(one.id);
  await play.providerSteps.submit(two.id);
  expect(main.accepted).toEqual([one.id, two.id]);
});
