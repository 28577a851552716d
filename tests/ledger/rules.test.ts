import { randomUUID } from 'node:crypto';
import { tokens } from '../../src/domain/tokens';
import { checkLedger } from '../../src/storage/ledger-check';
import { codeOf, createWorld, later, type World } from '../storage/store-world';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

function buy(personId: string, amount: bigint, key: string = randomUUID()) {
  const movement = { personId, amount: tokens(amount), key, reference: 'payment' };
  return world.ledger.credit({ ...movement, operation: 'credit' });
}

describe('the rules of the ledger', () => {
  test('a key with another wish behind it is a conflict and moves nothing', async () => {
    const person = await world.person();
    await buy(person.id, 10n, `key:${person.id}`);
    expect(await codeOf(buy(person.id, 11n, `key:${person.id}`))).toBe('IDEMPOTENCY_CONFLICT');
    const other = await world.person();
    expect(await codeOf(buy(other.id, 10n, `key:${person.id}`))).toBe('IDEMPOTENCY_CONFLICT');
    expect(await world.ledger.balance(person.id)).toMatchObject({ available: 10n });
    expect(await world.ledger.balance(other.id)).toMatchObject({ available: 0n });
  });

  test('an admin cannot turn a gift into a withdrawal with the same key', async () => {
    const person = await world.person(20n);
    const movement = {
      personId: person.id,
      amount: tokens(5n),
      key: `admin:${person.id}`,
      operation: 'admin' as const,
      reference: 'admin',
    };
    await world.ledger.credit(movement);
    expect(await codeOf(world.ledger.debit(movement))).toBe('IDEMPOTENCY_CONFLICT');
  });

  test('spending, holding and clawing back more than is available is refused', async () => {
    const person = await world.person(3n);
    const movement = { personId: person.id, amount: tokens(4n), reference: 'r' };
    const reserve = { personId: person.id, amount: tokens(4n), generationId: randomUUID() };
    const refused = await Promise.all([
      codeOf(world.ledger.debit({ ...movement, key: randomUUID(), operation: 'debit' })),
      codeOf(world.ledger.reserve({ ...reserve, expiresAt: later() })),
      codeOf(world.ledger.clawBack({ ...movement, key: randomUUID(), force: false })),
    ]);
    expect(refused).toEqual(Array(3).fill('INSUFFICIENT_TOKENS'));
  });

  test('nothing is posted for people without a balance or for no tokens', async () => {
    const person = await world.person();
    expect(await codeOf(buy(randomUUID(), 1n))).toBe('NOT_FOUND');
    expect(await codeOf(buy(person.id, 0n))).toBe('INVALID_INPUT');
    expect(await codeOf(world.ledger.commit(randomUUID()))).toBe('NOT_FOUND');
  });

  test('a forced clawback takes what is there, owes the rest, and answers the same again', async () => {
    const person = await world.person(6n);
    const claw = {
      personId: person.id,
      amount: tokens(10n),
      key: `clawback:${person.id}`,
      reference: 'payment',
      force: true,
    };
    const first = { taken: 6n, owed: 4n, balance: { available: 0n, held: 0n, debt: 4n } };
    expect(await world.ledger.clawBack(claw)).toEqual({ applied: true, ...first });
    expect(await world.ledger.clawBack(claw)).toEqual({ applied: false, ...first });
  });

  test('every credit pays debt first', async () => {
    const person = await world.person();
    const movement = { personId: person.id, amount: tokens(10n), reference: 'payment' };
    await world.ledger.clawBack({ ...movement, key: randomUUID(), force: true });
    const { balance } = await buy(person.id, 4n);
    expect(balance).toEqual({ available: 0n, held: 0n, debt: 6n });
    expect((await buy(person.id, 7n)).balance).toEqual({ available: 1n, held: 0n, debt: 0n });
  });

  test('the history shows each change with the balance after it, page by page', async () => {
    const person = await world.person(10n);
    const generationId = randomUUID();
    const reserve = { personId: person.id, amount: tokens(4n), generationId };
    await world.ledger.reserve({ ...reserve, expiresAt: later() });
    await world.ledger.commit(generationId);
    await buy(person.id, 25n);
    const newest = await world.ledger.history(person.id, { limit: 2 });
    expect(newest).toMatchObject([
      { operation: 'credit', amount: 25n, tokens: 25n, balanceAfter: 31n },
      { operation: 'commit', amount: 0n, tokens: 4n, balanceAfter: 6n, reference: generationId },
    ]);
    const before = newest[1]?.version ?? 0n;
    expect(await world.ledger.history(person.id, { limit: 9, before })).toMatchObject([
      { operation: 'reserve', amount: -4n, balanceAfter: 6n },
      { operation: 'bonus', amount: 10n, balanceAfter: 10n },
    ]);
  });

  test('reserves past their time are found, those that ended are not', async () => {
    const person = await world.person(10n);
    const [late, ended, early] = [randomUUID(), randomUUID(), randomUUID()];
    const wish = { personId: person.id, amount: tokens(1n) };
    const past = new Date(Date.now() - 1000);
    await world.ledger.reserve({ ...wish, generationId: late, expiresAt: past });
    await world.ledger.reserve({ ...wish, generationId: ended, expiresAt: past });
    await world.ledger.reserve({ ...wish, generationId: early, expiresAt: later() });
    await world.ledger.commit(ended);
    expect(await world.ledger.overdue(new Date(), 10)).toEqual([late]);
    expect((await world.ledger.expire(late)).balance).toMatchObject({ available: 8n, held: 1n });
  });
});

describe('the database itself', () => {
  test.each([
    'UPDATE ledger_transfers SET amount = amount + 1',
    'DELETE FROM ledger_transfers',
    'TRUNCATE ledger_transfers CASCADE',
    "UPDATE audit SET outcome = 'fine'",
    'DELETE FROM audit',
    'TRUNCATE audit',
  ])('refuses "%s"', async (statement) => {
    await world.person(1n);
    await expect(world.db.$executeRawUnsafe(statement)).rejects.toThrow(/append-only/);
  });

  test('refuses a negative balance', async () => {
    const person = await world.person(1n);
    for (const column of ['available', 'held', 'debt']) {
      const statement = `UPDATE ledger_balances SET ${column} = -1 WHERE person_id = '${person.id}'`;
      await expect(world.db.$executeRawUnsafe(statement)).rejects.toThrow(/not_negative/);
    }
  });

  test.each([
    ['does not sum to zero', '5, -4', /sum_to_zero/],
    ['moves nothing', '0, 0', /moves/],
  ])('refuses a transfer that %s', async (_what, deltas, refusal) => {
    const person = await world.person(1n);
    const statement = `INSERT INTO ledger_transfers (idem_key, fingerprint, operation, person_id, version,
        amount, reference, available_after, held_after, debt_after, held_delta, debt_delta,
        available_delta, outside_delta, outside_account)
      SELECT 'thief', '', 'credit', '${person.id}', 2, 5, '', 5, 0, 0, 0, 0, sides.*, 'system:thief'
      FROM (VALUES (${deltas})) AS sides`;
    await expect(world.db.$executeRawUnsafe(statement)).rejects.toThrow(refusal);
  });

  test('shows each side of a transfer as an entry of its own', async () => {
    const person = await world.person(10n);
    const claw = { personId: person.id, amount: tokens(12n), key: `claw:${person.id}` };
    await world.ledger.clawBack({ ...claw, reference: 'payment', force: true });
    const entries = await world.db.$queryRaw`
      SELECT e.account, e.delta, e.balance_after
      FROM ledger_entries e JOIN ledger_transfers t ON t.id = e.transfer_id
      WHERE t.idem_key = ${claw.key} ORDER BY e.account`;
    expect(entries).toEqual([
      { account: `person:${person.id}:available`, delta: -10n, balance_after: 0n },
      { account: `person:${person.id}:debt`, delta: -2n, balance_after: -2n },
      { account: 'system:sales', delta: 12n, balance_after: null },
    ]);
  });

  test('shows a balance that was changed behind the entries', async () => {
    const own = await createWorld();
    try {
      const person = await own.person(5n);
      expect(await checkLedger(own.db)).toMatchObject({ sound: true, transfers: 1n });
      await own.db.ledgerBalance.update({
        where: { personId: person.id },
        data: { available: 6n, held: 1n },
      });
      expect(await checkLedger(own.db)).toMatchObject({
        sound: false,
        brokenBalances: [person.id],
        brokenChains: [person.id],
        brokenHolds: [person.id],
      });
    } finally {
      await own.close();
    }
  });
});
