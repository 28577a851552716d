import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Client } from 'pg';
import { migrationFiles } from '../../src/local/migrate';
import { createDatabase, type Database } from '../../src/storage/database';
import { checkLedger } from '../../src/storage/ledger-check';
import { createLedgerStore } from '../../src/storage/ledger-store';
import { createSealStore } from '../../src/storage/seal-store';
import { createTestDatabase, type TestDatabase } from '../setup/database';

const person = '7f8d1f9e-0000-4000-8000-000000000001';
const scripts = migrationFiles(join(__dirname, '..', '..', 'prisma', 'migrations')).map((file) => ({
  name: basename(dirname(file)),
  text: readFileSync(file, 'utf8'),
}));
const first = scripts.findIndex(({ name }) => name === '0021_one_row_postings');

/** Bought 10, 12 taken back, bought 20, 5 reserved and spent, 3 reserved and given back, 1 held. */
const history = `
  INSERT INTO people (id, telegram_id, first_name, language) VALUES ('${person}', 1, 'A', 'en');
  INSERT INTO ledger_balances (person_id, available, held, debt, version) VALUES ('${person}', 12, 1, 0, 8);
  INSERT INTO ledger_reserves (id, person_id, amount, state, expires_at, closed_at) VALUES
    ('g1', '${person}', 5, 'committed', now(), now()), ('g2', '${person}', 3, 'released', now(), now()),
    ('g3', '${person}', 1, 'open', now(), NULL);
  INSERT INTO ledger_transfers (idem_key, fingerprint, operation, person_id, version, amount, available_after, reference)
    SELECT key, '', operation, '${person}'::uuid, version, amount, after, 'r' FROM (VALUES
      ('a', 'admin', 1, 10, 10), ('b', 'bonus_back', 2, 12, 0), ('c', 'admin', 3, 20, 18),
      ('d', 'reserve', 4, 5, 13), ('ending:g1', 'commit', 5, 5, 13), ('f', 'reserve', 6, 3, 10),
      ('ending:g2', 'release', 7, 3, 13), ('h', 'reserve', 8, 1, 12)) AS t (key, operation, version, amount, after);
  INSERT INTO ledger_entries (transfer_id, account, delta, balance_after)
    SELECT t.id, CASE WHEN e.side LIKE 'system:%' THEN e.side ELSE 'person:${person}:' || e.side END,
      e.delta, e.after
    FROM (VALUES
      (1, 'available', 10, 10), (1, 'system:admin', -10, NULL),
      (2, 'available', -10, 0), (2, 'debt', -2, -2), (2, 'system:sales', 12, NULL),
      (3, 'available', 18, 18), (3, 'debt', 2, 0), (3, 'system:admin', -20, NULL),
      (4, 'available', -5, 13), (4, 'held', 5, 5), (5, 'held', -5, 0), (5, 'system:spent', 5, NULL),
      (6, 'available', -3, 10), (6, 'held', 3, 3), (7, 'held', -3, 0), (7, 'available', 3, 13),
      (8, 'available', -1, 12), (8, 'held', 1, 1)) AS e (version, side, delta, after)
    JOIN ledger_transfers t ON t.version = e.version;`;

const entries = `
  SELECT t.version, e.account, e.delta, e.balance_after
  FROM ledger_entries e JOIN ledger_transfers t ON t.id = e.transfer_id ORDER BY 1, 2`;

let home: TestDatabase;
let client: Client;
let db: Database;
beforeAll(async () => {
  home = await createTestDatabase();
  client = new Client({ connectionString: home.url });
  await client.connect();
  await client.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
  for (const { text } of scripts.slice(0, first)) await client.query(text);
  db = createDatabase(home.url, { poolMax: 2 });
});
afterAll(async () => {
  await db.$disconnect();
  await client.end();
  await home.drop();
});

test('a ledger written as rows of entries reads and seals the same as rows of transfers', async () => {
  await client.query(history);
  const before = await client.query(entries);
  const sealed = await createSealStore(db).sealUntil(new Date(Date.now() + 60_000));

  for (const { text } of scripts.slice(first)) await client.query(text);

  const after = await client.query(entries);
  expect(after.rows).toEqual(before.rows);
  expect(await createSealStore(db).verify(null, 10)).toEqual({ broken: [], next: null });
  expect(await createSealStore(db).sealUntil(new Date())).toEqual(sealed);
  expect(await checkLedger(db)).toMatchObject({ sound: true, transfers: 8n });
  await createLedgerStore(db).commit('g3');
  expect(await checkLedger(db)).toMatchObject({ sound: true, transfers: 9n });
});
