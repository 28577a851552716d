import type { RefundRequest } from '../../src/domain/refund';
import { codeOf, createWorld, later, together, type World } from './store-world';

const admins = ['900009'];

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());
afterEach(() => world.assertSound());

type Person = Awaited<ReturnType<World['person']>>;

function begin(id: string, limits: { activeMax?: number; perHour?: number } = {}) {
  const usual = { activeMax: 3, perHour: 20, reserveExpiresAt: later() };
  return world.generations.begin(id, { ...usual, ...limits });
}

/** A begun generation of 4 tokens. */
async function begun(person: Person): Promise<string> {
  const { id } = await world.order(person);
  await begin(id);
  return id;
}

async function delivered(person: Person): Promise<string> {
  const id = await begun(person);
  await world.generations.deliverAndCommit(id);
  return id;
}

function refund(id: string, request: Partial<RefundRequest> = {}) {
  return world.generations.refund(id, {
    request: { id: 'r1', actor: '900009', reason: 'blurred', ...request },
    admins,
  });
}

const status = async (id: string) => (await world.generations.get(id)).status;
const balance = (person: Person) => world.ledger.balance(person.id);

describe('an order', () => {
  test('confirmed twice is one generation with its first price', async () => {
    const person = await world.person();
    const orders = await together(10, () => world.order(person, 'twice'));
    expect(new Set(orders.map((order) => order.id)).size).toBe(1);
    await world.db.model.update({ where: { slug: 'paint' }, data: { priceTokens: 9n } });
    expect(await world.order(person, 'twice')).toMatchObject({ priceTokens: 4n });
    await world.db.model.update({ where: { slug: 'paint' }, data: { priceTokens: 4n } });
    const other = await world.person();
    expect(await codeOf(world.order(other, 'twice'))).toBe('IDEMPOTENCY_CONFLICT');
  });

  test('shows up in the history page by page, the newest first', async () => {
    const person = await world.person();
    const made: string[] = [];
    for (let index = 0; index < 5; index += 1) made.unshift((await world.order(person)).id);
    const first = await world.generations.listByPerson(person.id, { limit: 3 });
    const before = first[2]?.id ?? '';
    const second = await world.generations.listByPerson(person.id, { limit: 3, before });
    expect([...first, ...second].map((generation) => generation.id)).toEqual(made);
  });
});

describe('begin', () => {
  test('run by many attempts at once reserves once', async () => {
    const person = await world.person(10n);
    const { id } = await world.order(person);
    const answers = await together(20, () => begin(id));
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set(['working']));
    expect(await balance(person)).toMatchObject({ available: 6n, held: 4n });
  });

  test('of many orders at once lets through only as many as the limit', async () => {
    const person = await world.person(100n);
    const orders = await together(10, () => world.order(person));
    const answers = await Promise.all(orders.map(({ id }) => codeOf(begin(id))));
    expect(answers.filter((answer) => answer === 'TOO_MANY_ACTIVE')).toHaveLength(7);
    expect(await balance(person)).toMatchObject({ held: 12n });
  });

  test('of many orders at once spends no token twice', async () => {
    const person = await world.person(11n);
    const orders = await together(6, () => world.order(person));
    const answers = await Promise.all(orders.map(({ id }) => codeOf(begin(id, { activeMax: 99 }))));
    expect(answers.filter((answer) => answer === 'INSUFFICIENT_TOKENS')).toHaveLength(4);
    expect(await balance(person)).toMatchObject({ available: 3n, held: 8n });
  });

  test('counts an hour, whatever became of the generations', async () => {
    const person = await world.person(100n);
    await delivered(person);
    await world.generations.release(await begun(person), 'CANCELLED');
    const { id } = await world.order(person);
    expect(await codeOf(begin(id, { perHour: 2 }))).toBe('HOURLY_LIMIT');
    await world.db.generation.updateMany({
      where: { personId: person.id, status: 'delivered' },
      data: { createdAt: new Date(Date.now() - 3_700_000) },
    });
    expect(await begin(id, { perHour: 2 })).toMatchObject({ status: 'working' });
  });

  test('is refused to the banned, for models switched off and for unknown ids', async () => {
    const person = await world.person(10n);
    const { id } = await world.order(person);
    await world.persons.ban(person.id, 'abuse');
    expect(await codeOf(begin(id))).toBe('BANNED');
    await world.persons.unban(person.id);
    await world.db.model.update({ where: { slug: 'paint' }, data: { active: false } });
    expect(await codeOf(begin(id))).toBe('MODEL_UNAVAILABLE');
    await world.db.model.update({ where: { slug: 'paint' }, data: { active: true } });
    expect(await codeOf(begin('nothing'))).toBe('NOT_FOUND');
    expect(await balance(person)).toMatchObject({ available: 10n, held: 0n });
  });

  test('after a refusal answers with the reason of it', async () => {
    const { id } = await world.order(await world.person(10n));
    await world.generations.release(id, 'CONTENT_REFUSED');
    expect(await codeOf(begin(id))).toBe('CONTENT_REFUSED');
  });
});

describe('the submit guard', () => {
  test('lets one of many attempts submit and remembers the job', async () => {
    const id = await begun(await world.person(10n));
    const claims = await together(10, () => world.generations.startSubmission(id));
    expect(claims.filter((claim) => typeof claim === 'object')).toHaveLength(1);
    expect(claims.filter((claim) => claim === 'unknown')).toHaveLength(9);
    await world.generations.submissionReset(id);
    expect(await world.generations.startSubmission(id)).toMatchObject({ begun: true });
    await world.generations.submissionAccepted(id, 'job-1');
    await world.generations.submissionReset(id);
    expect(await world.generations.startSubmission(id)).toEqual({ providerJobId: 'job-1' });
  });

  test('is closed once the generation ended', async () => {
    const id = await begun(await world.person(10n));
    await world.generations.release(id, 'CANCELLED');
    expect(await codeOf(world.generations.startSubmission(id))).toBe('CANCELLED');
  });

  test('shows progress only forward', async () => {
    const id = await begun(await world.person(10n));
    expect(await world.generations.showProgress(id, 40.4)).toBe(true);
    expect(await world.generations.showProgress(id, 40)).toBe(false);
    expect(await world.generations.showProgress(id, 12)).toBe(false);
    expect(await world.generations.showProgress(id, 400)).toBe(true);
    expect((await world.generations.get(id)).progress).toBe(100);
  });
});

describe('the ending', () => {
  test('delivery spends the tokens once', async () => {
    const person = await world.person(10n);
    const id = await begun(person);
    await together(10, () => world.generations.deliverAndCommit(id));
    expect(await balance(person)).toEqual({ available: 6n, held: 0n, debt: 0n });
    expect(await status(id)).toBe('delivered');
  });

  test('release gives them back once and says so to all', async () => {
    const person = await world.person(10n);
    const id = await begun(person);
    const answers = await together(10, () => world.generations.release(id, 'PROVIDER_TIMEOUT'));
    expect(answers.filter((answer) => answer.changed)).toHaveLength(1);
    expect(answers.every((answer) => answer.returnedTokens === 4n)).toBe(true);
    expect(await world.generations.get(id)).toMatchObject({
      status: 'released',
      failureCode: 'PROVIDER_TIMEOUT',
    });
    expect(await balance(person)).toMatchObject({ available: 10n, held: 0n });
  });

  test('is exactly one of delivered and released when both race', async () => {
    for (let round = 0; round < 15; round += 1) {
      const person = await world.person(10n);
      const id = await begun(person);
      const [deliver, release] = await Promise.all([
        codeOf(world.generations.deliverAndCommit(id)),
        world.generations.release(id, 'CANCELLED', { expired: round % 2 === 0 }),
      ]);
      const wasDelivered = (await status(id)) === 'delivered';
      expect(deliver).toBe(wasDelivered ? undefined : 'RESERVE_CLOSED');
      expect(release).toEqual({ returnedTokens: wasDelivered ? 0n : 4n, changed: !wasDelivered });
      expect(await balance(person)).toMatchObject({ available: wasDelivered ? 6n : 10n, held: 0n });
    }
  });

  test('of a generation cancelled while it begins leaves no tokens held', async () => {
    for (let round = 0; round < 15; round += 1) {
      const person = await world.person(10n);
      const { id } = await world.order(person);
      await Promise.all([codeOf(begin(id)), world.generations.release(id, 'CANCELLED')]);
      expect(['refused', 'released']).toContain(await status(id));
      expect(await balance(person)).toEqual({ available: 10n, held: 0n, debt: 0n });
    }
  });

  test('of a generation never begun is a refusal without tokens', async () => {
    const { id } = await world.order(await world.person());
    const refused = { returnedTokens: 0n, changed: true };
    expect(await world.generations.release(id, 'INSUFFICIENT_TOKENS')).toEqual(refused);
    expect(await status(id)).toBe('refused');
  });

  test('forgotten past its time is found', async () => {
    const { id } = await world.order(await world.person(10n));
    await begin(id, { reserveExpiresAt: new Date(Date.now() - 1) } as object);
    expect(await world.generations.withOverdueReserve(new Date(), 1000)).toContain(id);
    await world.generations.release(id, 'PROVIDER_TIMEOUT', { expired: true });
    expect(await world.generations.withOverdueReserve(new Date(), 1000)).not.toContain(id);
  });
});

describe('a refund', () => {
  test('of all tokens comes once however often it is sent', async () => {
    const person = await world.person(10n);
    const id = await delivered(person);
    const answers = await together(20, () => refund(id));
    expect(answers).toEqual(Array(20).fill({ outcome: 'settled', returnedTokens: 4n }));
    expect(await balance(person)).toMatchObject({ available: 10n });
    expect(await status(id)).toBe('refunded');
    const audit = await world.db.auditEntry.findMany({ where: { target: `generation:${id}` } });
    expect(audit).toMatchObject([{ action: 'refund_generation', outcome: 'settled' }]);
  });

  test('in racing parts never exceeds the price', async () => {
    const person = await world.person(10n);
    const id = await delivered(person);
    const answers = await together(6, (index) => refund(id, { id: `r${index}`, amount: '3' }));
    expect(answers.filter((answer) => answer.outcome === 'settled')).toHaveLength(1);
    expect(answers.filter((a) => 'code' in a && a.code === 'REFUND_AMOUNT_INVALID')).toHaveLength(
      5,
    );
    expect(await status(id)).toBe('delivered');
    expect(await refund(id, { id: 'rest' })).toMatchObject({ returnedTokens: 1n });
    expect(await status(id)).toBe('refunded');
    expect(await refund(id, { id: 'more' })).toMatchObject({ code: 'REFUND_ALREADY_DONE' });
    expect(await balance(person)).toMatchObject({ available: 10n });
  });

  test('by someone who is no admin, or of nothing paid, is refused and kept', async () => {
    const person = await world.person(10n);
    const id = await delivered(person);
    const unknown = { outcome: 'refused', code: 'REFUND_ACTOR_UNKNOWN', returnedTokens: 0n };
    expect(await refund(id, { actor: '1' })).toEqual(unknown);
    expect(await refund(id)).toEqual(unknown);
    const working = await begun(person);
    expect(await refund(working)).toMatchObject({ code: 'REFUND_NOTHING_PAID' });
    expect(await codeOf(refund('nothing'))).toBe('NOT_FOUND');
  });
});

test('ten people at once each end with exactly their own balance', async () => {
  const people = await together(10, () => world.person(40n));
  await Promise.all(
    people.map(async (person) => {
      for (let index = 0; index < 3; index += 1) {
        const id = await begun(person);
        if (index === 1) await world.generations.release(id, 'CANCELLED');
        else await world.generations.deliverAndCommit(id);
      }
    }),
  );
  const balances = await Promise.all(people.map(balance));
  expect(balances).toEqual(people.map(() => ({ available: 32n, held: 0n, debt: 0n })));
});
