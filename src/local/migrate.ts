import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { StartProblem } from './start-problem';
import { runTool } from './tools';

export interface MigrateOptions {
  readonly root: string;
  readonly databaseUrl: string;
  readonly signal?: AbortSignal;
}

/**
 * Brings the database's tables up to date. Which migrations it has is noted in the database itself,
 * so that a warm start asks one question instead of starting the migration tool.
 */
export async function migrate(options: MigrateOptions): Promise<'migrated' | 'up to date'> {
  const wanted = `easel migrations ${migrationsDigest(join(options.root, 'prisma', 'migrations'))}`;
  if ((await note(options.databaseUrl)) === wanted) return 'up to date';
  const script = join(options.root, 'scripts', 'prisma.mjs');
  const { ok, output } = await runTool(process.execPath, [script, 'migrate', 'deploy'], {
    cwd: options.root,
    env: { DATABASE_URL: options.databaseUrl },
    signal: options.signal,
  });
  if (!ok) throw new StartProblem(`The database couldn't be migrated:\n${output.trim()}`);
  await writeNote(options.databaseUrl, wanted);
  return 'migrated';
}

/** Changes with every migration that is added or edited. */
export function migrationsDigest(folder: string): string {
  const hash = createHash('sha256');
  for (const file of migrationFiles(folder)) hash.update(file).update(readFileSync(file));
  return hash.digest('hex').slice(0, 32);
}

/** Paths of the migrations' SQL files in the order they are applied. */
export function migrationFiles(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(folder, entry.name, 'migration.sql'))
    .sort();
}

async function note(databaseUrl: string): Promise<string | null> {
  return await withClient(databaseUrl, async (client) => {
    const { rows } = await client.query<{ note: string | null }>(
      `SELECT shobj_description(oid, 'pg_database') AS note
         FROM pg_database WHERE datname = current_database()`,
    );
    return rows[0]?.note ?? null;
  });
}

async function writeNote(databaseUrl: string, text: string): Promise<void> {
  await withClient(databaseUrl, async (client) => {
    const { rows } = await client.query<{ name: string }>('SELECT current_database() AS name');
    const name = client.escapeIdentifier(rows[0]?.name ?? '');
    // A database lent to us may not be ours to comment on; then every start asks the tool.
    await client
      .query(`COMMENT ON DATABASE ${name} IS ${client.escapeLiteral(text)}`)
      .catch(() => undefined);
  });
}

async function withClient<T>(url: string, use: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  try {
    await client.connect();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartProblem(`Postgres can't be reached (${reason}). Check DATABASE_URL.`);
  }
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}
