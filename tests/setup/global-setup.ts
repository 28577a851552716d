import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { migrationFiles } from '../../src/local/migrate';
import { freePort } from '../../src/local/ports';
import { startPostgres } from '../../src/local/postgres';
import { openProcessRecords } from '../../src/local/process-records';
import { keepForTeardown } from './running';
import { makeTestHome, sweepOldHomes } from './test-home';

/** One Postgres for the whole run, with one migrated database that every test file clones. */
export default async function setUp(): Promise<void> {
  await sweepOldHomes();
  const home = makeTestHome();
  // Postgres runs under another account when the tests run as root.
  chmodSync(home, 0o755);
  const postgres = await startPostgres({
    clusterDir: join(home, 'postgres'),
    port: await freePort(),
    password: 'tests-only',
    logFile: join(home, 'postgres.log'),
    records: openProcessRecords(home),
    // Nothing here has to survive a power cut, so nothing waits for the disk.
    serverSettings: ['fsync=off', 'synchronous_commit=off', 'max_connections=300'],
  });
  keepForTeardown({ home, postgres: postgres.service });
  const admin = postgres.url('postgres');
  await run(admin, ['CREATE DATABASE easel_template']);
  const migrations = join(__dirname, '..', '..', 'prisma', 'migrations');
  const scripts = migrationFiles(migrations).map((file) => readFileSync(file, 'utf8'));
  await run(postgres.url('easel_template'), scripts);
  process.env['EASEL_TEST_POSTGRES'] = admin;
  process.env['EASEL_TEST_HOME'] = home;
}

async function run(url: string, scripts: readonly string[]): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    for (const script of scripts) await client.query(script);
  } finally {
    await client.end();
  }
}
