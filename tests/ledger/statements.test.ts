import { createStatementStore } from '../../src/storage/statement-store';
import { createWorld, type World } from '../storage/store-world';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

async function all<T>(rows: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const row of rows) list.push(row);
  return list;
}

test("a person's statement has every transfer of theirs once, over many pages", async () => {
  const person = await world.person(5n);
  await world.person(7n);
  // More than two pages of one thousand.
  await world.db.$executeRaw`
    INSERT INTO ledger_transfers
      (idem_key, fingerprint, operation, person_id, version, amount, available_after, reference,
        held_after, debt_after, held_delta, debt_delta, available_delta, outside_delta, outside_account)
    SELECT 'k' || n, 'f', 'admin', ${person.id}::uuid, n, 1, 5 + n, 'r', 0, 0, 0, 0, 1, -1, 'system:admin'
    FROM generate_series(2, 2500) n`;
  const lines = await all(createStatementStore(world.db).ofPerson(person.id));
  expect(lines.map(({ version }) => Number(version))).toEqual(
    Array.from({ length: 2500 }, (_, index) => index + 1),
  );
  expect(lines[0]).toMatchObject({ operation: 'bonus', tokens: 5n, availableAfter: 5n });
});

test("a day's statement has every money entry of the day once and sums to zero", async () => {
  for (let n = 0; n < 700; n += 1) {
    await world.payments.recordCharge({
      system: 'stars',
      chargeId: `c-${n}`,
      paymentId: 'nobody-knows-it',
      currency: 'XTR',
      amountMinor: 15n,
    });
  }
  const statements = createStatementStore(world.db);
  const tomorrow = new Date(Date.now() + 60_000);
  const lines = await all(statements.ofTime(new Date(0), tomorrow));
  expect(new Set(lines.map(({ transferId, account }) => `${transferId} ${account}`)).size).toBe(
    1400,
  );
  expect(lines.reduce((sum, { amountMinor }) => sum + amountMinor, 0n)).toBe(0n);
  expect(await all(statements.ofTime(tomorrow, new Date(tomorrow.getTime() + 1)))).toEqual([]);
});
