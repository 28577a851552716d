import { randomUUID } from 'node:crypto';
import { tokens } from '../../src/domain/tokens';
import { createLedgerStore } from '../../src/storage/ledger-store';
import { codeOf, createWorld, later, together, type World } from '../storage/store-world';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());
afterEach(() => world.assertSound());

const one = tokens(1n);

describe('the ledger under concurrency', () => {
  test('of many parallel spenders of a balance B exactly B succeed', async () => {
    const person = await world.person(40n);
    const answers = await together(120, (index) =>
      codeOf(
        world.ledger.debit({
          personId: person.id,
          amount: one,
          key: `spend:${person.id}:${index}`,
          operation: 'debit',
          reference: 'spree',
        }),
      ),
    );
    const refused = answers.filter((answer) => answer === 'INSUFFICIENT_TOKENS');
    expect(refused).toHaveLength(80);
    expect(await world.ledger.balance(person.id)).toEqual({ available: 0n, held: 0n, debt: 0n });
    const spent = await world.db.ledgerTransfer.findMany({
      where: { personId: person.id, availableDelta: -1n },
    });
    expect(new Set(spent.map((transfer) => transfer.availableAfter)).size).toBe(40);
  });

  test('a hundred copies of one credit have one effect', async () => {
    const person = await world.person();
    const answers = await together(100, () =>
      world.ledger.credit({
        personId: person.id,
        amount: tokens(25n),
        key: `credit:stars:${person.id}`,
        operation: 'admin',
        reference: 'payment',
      }),
    );
    expect(answers.filter((answer) => answer.applied)).toHaveLength(1);
    expect(answers.every((answer) => answer.balance.available === 25n)).toBe(true);
  });

  test('a hundred copies of one reserve of the last tokens hold once and none is refused', async () => {
    const person = await world.person(4n);
    const generationId = randomUUID();
    const answers = await together(100, () =>
      world.ledger.reserve({
        personId: person.id,
        amount: tokens(4n),
        generationId,
        expiresAt: later(),
      }),
    );
    expect(answers.filter((answer) => answer.applied)).toHaveLength(1);
    expect(await world.ledger.balance(person.id)).toMatchObject({ available: 0n, held: 4n });
  });

  test('copies of one posting in parallel transactions have one effect and abort none', async () => {
    const person = await world.person();
    const answers = await together(12, () =>
      world.db.$transaction(async (tx) => {
        const ledger = createLedgerStore(tx);
        await ledger.lock(person.id);
        const posted = await ledger.credit({
          personId: person.id,
          amount: tokens(3n),
          key: `in-transaction:${person.id}`,
          operation: 'admin',
          reference: 'payment',
        });
        await tx.person.update({ where: { id: person.id }, data: { firstName: 'Anna' } });
        return posted;
      }),
    );
    expect(answers.filter((answer) => answer.applied)).toHaveLength(1);
    expect(await world.ledger.balance(person.id)).toMatchObject({ available: 3n });
  });

  test('racing commits, releases and expiries end a reserve exactly once', async () => {
    const person = await world.person(200n);
    const endings = ['commit', 'release', 'expire'] as const;
    for (let round = 0; round < 12; round += 1) {
      const generationId = randomUUID();
      const before = await world.ledger.balance(person.id);
      const wish = { personId: person.id, amount: tokens(7n), generationId, expiresAt: later() };
      await world.ledger.reserve(wish);
      const answers = await together(18, async (index) => {
        const ending = endings[(index + round) % 3] ?? 'commit';
        return { ending, answer: await codeOf(world.ledger[ending](generationId)) };
      });
      const winners = answers.filter(({ answer }) => typeof answer === 'object' && answer.applied);
      expect(winners).toHaveLength(1);
      const winner = winners[0]?.ending;
      // Copies of the winner are told "done before"; everyone else that it is closed.
      expect(answers.filter(({ answer }) => answer === 'RESERVE_CLOSED')).toEqual(
        answers.filter(({ ending }) => ending !== winner),
      );
      const spent = winner === 'commit' ? 7n : 0n;
      const after = await world.ledger.balance(person.id);
      expect(after).toEqual({ ...before, available: before.available - spent });
    }
  });

  test('a credit and a forced clawback at once leave neither lost nor doubled tokens', async () => {
    for (let round = 0; round < 10; round += 1) {
      const person = await world.person(2n);
      const movement = { personId: person.id, reference: 'payment' };
      await Promise.all([
        ...Array.from({ length: 5 }, (_, index) =>
          world.ledger.clawBack({
            ...movement,
            amount: tokens(10n),
            key: `claw:${person.id}:${index}`,
            operation: 'bonus_back',
            force: true,
          }),
        ),
        ...Array.from({ length: 5 }, (_, index) =>
          world.ledger.credit({
            ...movement,
            amount: tokens(6n),
            key: `buy:${person.id}:${index}`,
            operation: 'admin',
          }),
        ),
      ]);
      const { available, held, debt } = await world.ledger.balance(person.id);
      expect(available + held - debt).toBe(2n + 30n - 50n);
      expect(available === 0n || debt === 0n).toBe(true);
    }
  });

  test('statements and transactions over the same reserves never deadlock', async () => {
    const people = await Promise.all([world.person(500n), world.person(500n)]);
    const work = await together(60, async (index) => {
      const person = people[index % 2];
      if (person === undefined) throw new Error('no person');
      const generationId = randomUUID();
      const wish = { personId: person.id, amount: one, generationId, expiresAt: later() };
      await world.ledger.reserve(wish);
      return Promise.all([
        codeOf(world.ledger.release(generationId)),
        codeOf(
          world.db.$transaction(async (tx) => {
            const ledger = createLedgerStore(tx);
            await ledger.lock(person.id);
            return ledger.commit(generationId);
          }),
        ),
      ]);
    });
    const applied = work.map((pair) => pair.filter((a) => typeof a === 'object' && a.applied));
    expect(applied.every((pair) => pair.length === 1)).toBe(true);
  });
});
