import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { createTestDatabase } from '../setup/database';
import { migrate, migrationFiles, migrationsDigest } from '../../src/local/migrate';
import { freePort } from '../../src/local/ports';
import { ensureDatabase, startPostgres } from '../../src/local/postgres';
import { openProcessRecords } from '../../src/local/process-records';

const root = join(__dirname, '..', '..');

async function ask(url: string, statement: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows;
  } finally {
    await client.end();
  }
}

test('Postgres keeps what it acknowledged over a kill -9, and starts over a stale pid file', async () => {
  const home = mkdtempSync(join(process.env['EASEL_TEST_HOME'] ?? '', 'postgres-'));
  const clusterDir = join(home, 'cluster');
  const port = await freePort();
  const start = () =>
    startPostgres({
      clusterDir,
      port,
      password: 'p',
      logFile: join(home, 'log'),
      records: openProcessRecords(home),
    });

  const first = await start();
  await ensureDatabase(first.url('postgres'), 'easel');
  await ensureDatabase(first.url('postgres'), 'easel');
  await ask(first.url('easel'), 'CREATE TABLE kept AS SELECT 42 AS answer');
  first.service.kill();

  // Its id now belongs to a stranger: this very process.
  const pidFile = join(clusterDir, 'postmaster.pid');
  const lines = readFileSync(pidFile, 'utf8').split('\n');
  writeFileSync(pidFile, [String(process.pid), ...lines.slice(1)].join('\n'));

  const second = await start();
  expect(await ask(second.url('easel'), 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  await second.service.stop();
}, 60_000);

test('a database that notes the newest migrations is not migrated again', async () => {
  const database = await createTestDatabase();
  const name = new URL(database.url).pathname.slice(1);
  const digest = migrationsDigest(join(root, 'prisma', 'migrations'));
  await ask(database.url, `COMMENT ON DATABASE ${name} IS 'easel migrations ${digest}'`);
  // With no script to run below this root, anything but a look at the note would fail.
  const emptyRoot = mkdtempSync(join(process.env['EASEL_TEST_HOME'] ?? '', 'root-'));
  await expect(migrate({ root: emptyRoot, databaseUrl: database.url })).rejects.toThrow();
  expect(await migrate({ root, databaseUrl: database.url })).toBe('up to date');
  await database.drop();
});

test('the migration tool makes the same tables as the tests have', async () => {
  const [byTests, byTool] = [await createTestDatabase(), await createTestDatabase()];
  await ask(byTool.url, 'DROP SCHEMA public CASCADE; CREATE SCHEMA public');
  expect(await migrate({ root, databaseUrl: byTool.url })).toBe('migrated');
  expect(await migrate({ root, databaseUrl: byTool.url })).toBe('up to date');
  const columns = `SELECT table_name, column_name, data_type, column_default, is_nullable
    FROM information_schema.columns
    WHERE table_schema = 'public' AND table_name <> '_prisma_migrations' ORDER BY 1, 2`;
  expect(await ask(byTool.url, columns)).toEqual(await ask(byTests.url, columns));
  expect(migrationFiles(join(root, 'prisma', 'migrations')).length).toBeGreaterThan(0);
  await Promise.all([byTests.drop(), byTool.drop()]);
}, 60_000);
