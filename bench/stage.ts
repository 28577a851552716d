/**
 * The stage of the benchmarks: the real Temporal server, a real Postgres (fsync on), the real stores,
 * workflows and steps. Only the outside world answers at once: the provider and Telegram are in
 * memory, so that what is measured is Easel's own part.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';
import { parseSettings } from '../src/config/settings';
import { freePortBlock } from '../src/local/ports';
import { ensureDatabase, startPostgres } from '../src/local/postgres';
import { cacheFolder } from '../src/local/local-settings';
import { migrate } from '../src/local/migrate';
import { openProcessRecords } from '../src/local/process-records';
import { findTemporal } from '../src/local/temporal-finder';
import { startTemporal } from '../src/local/temporal-server';
import { createLogger } from '../src/observability/logger';
import { createPaymentSystems } from '../src/payments/registry';
import { createParts, type Parts } from '../src/roles/parts';
import { createSteps } from '../src/roles/worker';
import type { TelegramClient } from '../src/telegram/client';
import { bundleWorkflows } from '../src/worker/bundle';
import { registerSearchAttributes } from '../src/worker/prepare-namespace';
import { createWorkers, type Workers } from '../src/worker/workers';
import { instantProvider, instantTelegram, type InstantProvider } from './instant';

const root = path.join(__dirname, '..');

export interface Servers {
  readonly env: Record<string, string>;
  stop(): Promise<void>;
}

/** Runs `work` with a Postgres and a Temporal of its own, and leaves nothing of them behind. */
export async function withServers<T>(work: (servers: Servers) => Promise<T>): Promise<T> {
  const servers = await startServers();
  try {
    return await work(servers);
  } finally {
    await servers.stop();
  }
}

/** The same with workers on them. */
export function withStage<T>(work: (stage: Stage) => Promise<T>): Promise<T> {
  return withServers(async ({ env }) => {
    const stage = await openStage(env);
    try {
      return await work(stage);
    } finally {
      await stage.stop();
    }
  });
}

async function startServers(): Promise<Servers> {
  const dir = mkdtempSync(path.join(tmpdir(), 'easel-bench-'));
  const records = openProcessRecords(dir);
  const port = await freePortBlock(12);
  const postgres = await startPostgres({
    clusterDir: path.join(dir, 'postgres'),
    port: port + 10,
    password: 'bench',
    logFile: path.join(dir, 'postgres.log'),
    records,
  });
  await ensureDatabase(postgres.url('postgres'), 'easel');
  const databaseUrl = postgres.url('easel');
  await migrate({ root, databaseUrl });
  const cliPath = process.env['TEMPORAL_CLI_PATH'];
  const temporal = await startTemporal({
    program: await findTemporal({ cacheDir: cacheFolder(process.env), cliPath }),
    dir: path.join(dir, 'temporal'),
    port,
    uiPort: port + 8,
    logsDir: dir,
    records,
  });
  return {
    env: {
      DATABASE_URL: databaseUrl,
      TEMPORAL_ADDRESS: `127.0.0.1:${port}`,
      BOT_TOKEN: '1000001:benchmark-of-easel',
      ASSETS_DIR: path.join(dir, 'assets'),
      TELEGRAM_WEBHOOK_SECRET: 'benchmark-secret-0123456789',
      SDK_METRICS_PORT: '0',
      API_PORT: String(port + 11),
      LOG_LEVEL: 'error',
      // The rates and limits protect others; here they would be all that is measured.
      TELEGRAM_MESSAGES_PER_SECOND: '1000',
      PROVIDER_SUBMITS_PER_SECOND: '10000',
      ACTIVE_GENERATIONS_MAX: '1000',
      GENERATIONS_PER_HOUR: '100000',
      REQUESTS_PER_MINUTE: '10000',
      // A picture's look is 0.1 s of a processor whatever else is measured.
      MODERATION_PICTURES: 'off',
    },
    stop: async () => {
      await Promise.all(temporal.map((service) => service.stop()));
      await postgres.service.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

export interface Stage {
  readonly parts: Parts;
  readonly connection: NativeConnection;
  readonly provider: InstantProvider;
  stop(): Promise<void>;
}

/**
 * The parts of Easel with an instant outside world, and running workers. `choose` may put the real
 * Telegram client, or one around it, in the place of the instant one.
 */
export async function openStage(
  env: Record<string, string>,
  choose: (real: TelegramClient) => TelegramClient = instantTelegram,
): Promise<Stage> {
  Runtime.install({
    logger: new DefaultLogger('ERROR'),
    // Slow answers are what a benchmark is about; warnings of them would bury its table.
    telemetryOptions: { logging: { filter: 'ERROR' } },
    shutdownSignals: [],
  });
  const settings = parseSettings(env);
  const provider = instantProvider();
  const made = createParts(settings, createLogger('error'));
  const telegram = choose(made.telegram);
  const parts: Parts = {
    ...made,
    telegram,
    systems: createPaymentSystems(telegram, {
      switchedOn: settings.paymentSystems,
      env: settings.paymentSettings,
      http: fetch,
      now: made.now,
    }),
    providers: { ready: new Map([['instant', provider.ready]]), off: [] },
  };
  await parts.catalogue.seed([{ ...provider.model, provider: 'instant' }]);
  await parts.payments.seedPacks();
  await registerSearchAttributes(parts.connection, 'default');
  const connection = await NativeConnection.connect({ address: settings.temporal.address });
  const bundlePath = path.join(path.dirname(settings.assets.dir), `workflows-${process.pid}.js`);
  writeFileSync(bundlePath, await bundleWorkflows());
  const workers: Workers = await createWorkers({
    connection,
    namespace: 'default',
    bundlePath,
    providers: ['instant'],
    rates: {
      telegramPerSecond: settings.telegram.messagesPerSecond,
      submitsPerSecond: settings.providerSubmitsPerSecond,
      workflowCache: settings.temporal.workflowCache,
    },
    steps: createSteps(parts),
  });
  const running = workers.run();
  return {
    parts,
    connection,
    provider,
    stop: async () => {
      workers.shutdown();
      await running;
      await connection.close();
      await parts.close();
    },
  };
}
