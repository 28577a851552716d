import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { createTestDatabase, type TestDatabase } from '../setup/database';

// Each run of the CLI takes seconds on a busy machine.
jest.setTimeout(120_000);

const run = promisify(execFile);
const root = join(__dirname, '..', '..');

let migrated: TestDatabase;
let folder: string;
beforeAll(async () => {
  migrated = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'easel-schema-'));
});
afterAll(async () => {
  await migrated.drop();
  await rm(folder, { recursive: true });
});

async function prisma(args: readonly string[], url: string): Promise<string> {
  const { stdout } = await run('node', ['scripts/prisma.mjs', ...args], {
    cwd: root,
    env: { ...process.env, DATABASE_URL: url },
  });
  return stdout;
}

const questions = {
  columns: `SELECT table_name || '.' || column_name || ' ' || udt_name || ' ' || is_nullable || ' '
      || coalesce(column_default, '') AS line
    FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
    WHERE table_schema = 'public' AND table_name <> '_prisma_migrations' AND table_type = 'BASE TABLE'`,
  keys: `SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) AS line
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype IN ('p', 'f')
      AND conrelid::regclass::text <> '_prisma_migrations'`,
  indexes: `SELECT indexdef AS line FROM pg_indexes
    WHERE schemaname = 'public' AND tablename <> '_prisma_migrations' AND indexdef NOT LIKE '% WHERE %'`,
};

async function describeDatabase(url: string, script?: string): Promise<Record<string, string[]>> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    if (script !== undefined) await client.query(`DROP SCHEMA public CASCADE; ${script}`);
    const found: Record<string, string[]> = {};
    for (const [name, question] of Object.entries(questions)) {
      const { rows } = await client.query<{ line: string }>(question);
      found[name] = rows.map((row) => row.line).sort();
    }
    return found;
  } finally {
    await client.end();
  }
}

test('the migrations make the tables that schema.prisma describes', async () => {
  const file = join(folder, 'schema.sql');
  const schema = ['--from-empty', '--to-schema', 'prisma/schema.prisma', '--script', '-o', file];
  await prisma(['migrate', 'diff', ...schema], migrated.url);
  const described = await createTestDatabase();
  try {
    const expected = await describeDatabase(described.url, await readFile(file, 'utf8'));
    expect(await describeDatabase(migrated.url)).toEqual(expected);
    expect(expected['columns']?.length).toBeGreaterThan(100);
  } finally {
    await described.drop();
  }
});

test('a migration that was killed half way is simply run again', async () => {
  const own = await createTestDatabase();
  const client = new Client({ connectionString: own.url });
  try {
    await prisma(['migrate', 'reset', '--force'], own.url);
    await client.connect();
    // What Postgres keeps of it: the row that says "started", and nothing else.
    await client.query(`CREATE SCHEMA aside; ALTER TABLE _prisma_migrations SET SCHEMA aside;
      DROP SCHEMA public CASCADE; CREATE SCHEMA public;
      ALTER TABLE aside._prisma_migrations SET SCHEMA public; DROP SCHEMA aside;
      UPDATE _prisma_migrations SET finished_at = NULL, applied_steps_count = 0`);
    const deploys = await Promise.all([
      prisma(['migrate', 'deploy'], own.url),
      prisma(['migrate', 'deploy'], own.url),
    ]);
    expect(deploys.join()).toContain('successfully applied');
    expect(await describeDatabase(own.url)).toEqual(await describeDatabase(migrated.url));
  } finally {
    await client.end();
    await own.drop();
  }
});

test('the Prisma CLI migrates an empty server without its native engine', async () => {
  const url = new URL(migrated.url);
  url.pathname = `${url.pathname}_deploy`;
  try {
    expect(await prisma(['migrate', 'deploy'], url.href)).toContain('successfully applied');
    expect(await prisma(['migrate', 'deploy'], url.href)).toContain('No pending migrations');
    expect(await describeDatabase(url.href)).toEqual(await describeDatabase(migrated.url));
  } finally {
    const admin = new Client({ connectionString: migrated.url });
    await admin.connect();
    await admin.query(`DROP DATABASE IF EXISTS "${url.pathname.slice(1)}" WITH (FORCE)`);
    await admin.end();
  }
});
