import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { appEnvironment, sandboxEnvironment } from './app-environment';
import { summary, wantedPorts } from './addresses';
import { keptSecret, lockDataFolder, openDataFolder } from './data-folder';
import type { LocalSettings } from './local-settings';
import { migrate } from './migrate';
import { requireFreePorts } from './ports';
import { ensureDatabase, startPostgres } from './postgres';
import { openProcessRecords, stopLeftovers, type ProcessRecords } from './process-records';
import { say, timed } from './progress';
import { startService, type Service } from './service';
import { Interrupted, StartProblem } from './start-problem';
import { findTemporal } from './temporal-finder';
import { startTemporal } from './temporal-server';
import { waitUntil } from './waiting';

/** Everything that runs on this machine for one data folder. */
export interface House {
  /** Resolves when a person can chat. Rejects with StartProblem or Interrupted. */
  readonly ready: Promise<void>;
  /** Stops everything in order, or at once with `force`. May be called at any time, also twice. */
  stop(options?: { readonly force: boolean }): Promise<void>;
}

interface Site {
  readonly settings: LocalSettings;
  readonly records: ProcessRecords;
  readonly signal: AbortSignal;
  readonly logsDir: string;
  /** Makes `signal` stop every start under way. */
  callOff(): void;
  keep(service: Service, order: StopOrder): void;
}

/** The app ends before the servers it writes to. */
type StopOrder = 'first' | 'second' | 'last';

const readyPatienceMs = 60_000;

export function startHouse(readSettings: () => LocalSettings, startedAt: number): House {
  const stopping = new AbortController();
  const kept: { service: Service; order: StopOrder }[] = [];
  let unlock = (): void => undefined;

  const begin = async (): Promise<void> => {
    const settings = readSettings();
    openDataFolder(settings.dataDir);
    unlock = lockDataFolder(settings.dataDir);
    const left = await stopLeftovers(settings.dataDir);
    if (left.length > 0) say(`✓ Stopped what an earlier run had left: ${left.join(', ')}`);
    await requireFreePorts(wantedPorts(settings));
    const site: Site = {
      settings,
      records: openProcessRecords(settings.dataDir),
      signal: stopping.signal,
      logsDir: join(settings.dataDir, 'logs'),
      callOff: () => {
        stopping.abort();
      },
      keep: (service, order) => {
        kept.push({ service, order });
      },
    };
    await moveIn(site);
    say(summary(settings, startedAt));
  };

  let stopped: Promise<void> | undefined;
  const stopInOrder = async (): Promise<void> => {
    for (const order of ['first', 'second', 'last'] as const) {
      const group = kept.filter((entry) => entry.order === order);
      await Promise.all(group.map(({ service }) => service.stop()));
    }
    unlock();
  };
  const ready = begin();
  return {
    ready,
    stop: async ({ force } = { force: false }) => {
      stopping.abort();
      if (force) for (const { service } of kept) service.kill();
      stopped ??= ready
        // A start under way ends by itself now; whatever it has started is in `kept` by then.
        .catch(() => undefined)
        .then(stopInOrder);
      await stopped;
    },
  };
}

async function moveIn(site: Site): Promise<void> {
  const { settings } = site;
  const [databaseUrl, temporalAddress] = await allOrNone(site, [
    providePostgres(site),
    provideTemporal(site),
    provideSandbox(site),
  ]);
  const script = join(settings.root, 'dist', 'main.js');
  const app = startProgram(site, {
    name: 'Easel',
    script,
    args: ['all'],
    env: appEnvironment(settings, process.env, { databaseUrl, temporalAddress }),
    order: 'first',
  });
  const health = `http://127.0.0.1:${settings.ports.api}/health`;
  await timed(
    () => `Easel: bot, API and workers`,
    () => answers(site, app, health),
  );
}

/** When one fails the others are called off, and it is told only when none starts anything more. */
async function allOrNone<T extends readonly Promise<unknown>[]>(
  site: Site,
  starts: readonly [...T],
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  const outcomes = await Promise.allSettled(
    starts.map((start) =>
      start.catch((error: unknown) => {
        site.callOff();
        throw error;
      }),
    ),
  );
  const failures = outcomes.flatMap((outcome) =>
    outcome.status === 'rejected' ? [outcome.reason as Error] : [],
  );
  const failure = failures.find((reason) => !(reason instanceof Interrupted)) ?? failures[0];
  if (failure !== undefined) throw failure;
  return await Promise.all(starts);
}

async function providePostgres(site: Site): Promise<string> {
  const { settings, signal } = site;
  if (settings.databaseUrl !== undefined) {
    const databaseUrl = settings.databaseUrl;
    await timed(
      (outcome) => `Postgres of DATABASE_URL, tables ${outcome}`,
      () => migrate({ root: settings.root, databaseUrl, signal }),
    );
    return databaseUrl;
  }
  const isNew = !existsSync(join(settings.dataDir, 'postgres'));
  const postgres = await timed(
    () => `Postgres on port ${settings.ports.postgres}${isNew ? ', new and empty' : ''}`,
    () =>
      startPostgres({
        clusterDir: join(settings.dataDir, 'postgres'),
        port: settings.ports.postgres,
        password: keptSecret(settings.dataDir, 'postgres-password'),
        logFile: join(site.logsDir, 'postgres.log'),
        records: site.records,
        signal,
        onStart: (service) => {
          site.keep(service, 'last');
        },
      }),
  );
  stopIfAsked(signal);
  await ensureDatabase(postgres.url('postgres'), 'easel');
  const databaseUrl = postgres.url('easel');
  await timed(
    (outcome) => `Tables ${outcome}`,
    () => migrate({ root: settings.root, databaseUrl, signal }),
  );
  return databaseUrl;
}

async function provideTemporal(site: Site): Promise<string> {
  const { settings, signal } = site;
  if (settings.temporalAddress !== undefined) {
    say(`✓ Temporal server of TEMPORAL_ADDRESS: ${settings.temporalAddress}`);
    return settings.temporalAddress;
  }
  const program = await findTemporal({
    cacheDir: settings.cacheDir,
    cliPath: settings.temporalCliPath,
    signal,
  });
  await timed(
    () => `Temporal server and Web UI (${program.origin})`,
    () =>
      startTemporal({
        program,
        dir: join(settings.dataDir, 'temporal'),
        port: settings.ports.temporal,
        uiPort: settings.ports.temporalUi,
        namespace: settings.temporalNamespace,
        logsDir: site.logsDir,
        records: site.records,
        signal,
        onStart: (service) => {
          site.keep(service, 'last');
        },
      }),
  );
  stopIfAsked(signal);
  return `127.0.0.1:${settings.ports.temporal}`;
}

async function provideSandbox(site: Site): Promise<void> {
  const { settings } = site;
  const sandbox = startProgram(site, {
    name: 'Sandbox',
    script: join(settings.root, 'dist', 'sandbox', 'main.js'),
    args: [],
    env: sandboxEnvironment(settings, process.env),
    order: 'second',
  });
  const isReal = settings.botToken !== undefined;
  const port = isReal ? settings.ports.sandboxProvider : settings.ports.sandboxTelegram;
  await timed(
    () => (isReal ? 'Sandbox provider' : 'Sandbox Telegram and provider'),
    () => answers(site, sandbox, `http://127.0.0.1:${port}/`),
  );
}

interface OwnProgram {
  readonly name: string;
  readonly script: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly order: StopOrder;
}

function startProgram(site: Site, program: OwnProgram): Service {
  stopIfAsked(site.signal);
  const service = startService(
    {
      name: program.name,
      command: program.script,
      args: program.args,
      kind: 'node',
      env: program.env,
      cwd: site.settings.root,
      logFile: join(site.logsDir, `${program.name.toLowerCase()}.log`),
      stopSignal: 'SIGTERM',
      // Longer than the workers' own grace for steps under way.
      stopPatienceMs: 25_000,
    },
    site.records,
  );
  site.keep(service, program.order);
  return service;
}

async function answers(site: Site, service: Service, url: string): Promise<void> {
  const ready = await waitUntil(async () => {
    if (site.signal.aborted || service.deaths() > 2) return true;
    return await fetch(url, { signal: AbortSignal.timeout(3_000) }).then(
      async (answer) => {
        await answer.body?.cancel();
        return answer.ok;
      },
      () => false,
    );
  }, readyPatienceMs);
  stopIfAsked(site.signal);
  if (ready && service.deaths() <= 2) {
    service.settled();
    return;
  }
  const log = service.lastLines(12).join('\n');
  throw new StartProblem(`${service.name} doesn't start. The end of its log:\n${log}`);
}

function stopIfAsked(signal: AbortSignal): void {
  if (signal.aborted) throw new Interrupted();
}
