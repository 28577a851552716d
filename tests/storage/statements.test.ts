import { createDatabase, type Database } from '../../src/storage/database';
import { createTestDatabase } from '../setup/database';

let db: Database;
let drop: () => Promise<void>;
beforeAll(async () => {
  const created = await createTestDatabase();
  drop = created.drop;
  db = createDatabase(created.url, { poolMax: 1 });
});
afterAll(async () => {
  await db.$disconnect();
  await drop();
});

async function remembered(): Promise<number> {
  const [row] = await db.$queryRaw<
    { count: bigint }[]
  >`SELECT count(*) FROM pg_prepared_statements`;
  return Number(row?.count);
}

test('a statement is planned once for a connection, whatever its values', async () => {
  await remembered();
  const before = await remembered();
  for (let value = 0; value < 5; value += 1) await db.$queryRaw`SELECT ${value}::int AS value`;
  expect(await remembered()).toBe(before + 1);
});

test('a connection does not remember statements without end', async () => {
  for (let number = 0; number < 600; number += 1) {
    await db.$queryRawUnsafe(`SELECT ${number} AS value`);
  }
  expect(await remembered()).toBeLessThanOrEqual(500);
  expect(await db.$queryRawUnsafe('SELECT 7 AS value')).toEqual([{ value: 7 }]);
});
