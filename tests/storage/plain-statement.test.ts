import { Prisma } from '../../src/generated/prisma/client';
import { createDatabase, isUniqueViolation, type Database } from '../../src/storage/database';
import { ask, run } from '../../src/storage/plain-statement';
import { createTestDatabase, type TestDatabase } from '../setup/database';

let home: TestDatabase;
let db: Database;
beforeAll(async () => {
  home = await createTestDatabase();
  db = createDatabase(home.url, { poolMax: 2 });
  await db.$executeRaw`CREATE TABLE notes (id bigint PRIMARY KEY, note text)`;
});
afterAll(async () => {
  await db.$disconnect();
  await home.drop();
});

const kinds = Prisma.sql`SELECT 9007199254740993::bigint AS whole, 7::int AS small, NULL::bigint AS none,
  true AS yes, 'ы' AS text, 0.5::double precision AS half, '2026-01-02T03:04:05.678Z'::timestamptz AS at,
  '{"a": [1, null]}'::jsonb AS json, '7f8d1f9e-0000-4000-8000-000000000001'::uuid AS id,
  ARRAY['a', 'b'] AS list, '2026-01-02'::date AS day`;

test('a statement gives the same rows without Prisma as in a transaction with it', async () => {
  const [plain] = await ask<Record<string, unknown>>(db)(kinds);
  const [prisma] = await db.$transaction((tx) => ask<Record<string, unknown>>(tx)(kinds));
  expect(plain).toEqual(prisma);
});

test('values go as parameters, also lists, moments and statements within', async () => {
  const at = new Date('2026-11-21T10:00:00.123Z');
  const part = Prisma.sql`${at}::timestamptz`;
  const sent = await ask(db)`
    SELECT ${"'; DROP TABLE notes; --"}::text AS text, ${['x', '}"']}::text[] AS list, ${part} AS at,
      ${5n}::bigint + 1 AS next`;
  expect(sent).toEqual([{ text: "'; DROP TABLE notes; --", list: ['x', '}"'], at, next: 6n }]);
});

test('tells how many rows it touched, and a taken key from other faults', async () => {
  expect(await run(db)`INSERT INTO notes VALUES (1, 'a'), (2, 'b')`).toBe(2);
  const faults = await Promise.all([
    run(db)`INSERT INTO notes VALUES (1, 'c')`.catch((error: unknown) => error),
    run(db)`INSERT INTO nowhere VALUES (1)`.catch((error: unknown) => error),
  ]);
  expect(faults.map(isUniqueViolation)).toEqual([true, false]);
});

test('is undone with its transaction', async () => {
  const undone = db.$transaction(async (tx) => {
    await run(tx)`DELETE FROM notes`;
    throw new Error('changed our mind');
  });
  await expect(undone).rejects.toThrow('changed our mind');
  expect(await ask(db)`SELECT id FROM notes WHERE id = 1`).toEqual([{ id: 1n }]);
});
