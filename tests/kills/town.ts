/**
 * Temporal, Postgres, a Telegram and one provider's stand-in, all reached over the wire, and a worker
 * that is a process of its own. Between the worker and the outside stand relays that can hold back an
 * answer, so that a moment lasts as long as it takes to kill.
 */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { freePortBlock } from '../../src/local/ports';
import { openProcessRecords } from '../../src/local/process-records';
import { startService, type Service } from '../../src/local/service';
import { waitUntil } from '../../src/local/waiting';
import { startSandboxTelegram } from '../../src/sandbox/telegram/server';
import { openRelay, type Exchange, type Relay } from '../crash/relay';
import { botId } from '../crash/town';
import { standIns, type StandIn } from '../provider/stand-in';
import { startTemporalServer } from '../setup/temporal-server';
import { createWorld, type World } from '../storage/store-world';

const root = join(__dirname, '..', '..');
const upPatienceMs = 60_000;

export const botToken = `${botId}:sandbox-easel-kills-bot`;

/** Sees every exchange after its effect; the answer waits for it. */
export type Watch = (exchange: Exchange) => Promise<void>;

export interface Town {
  readonly world: World;
  readonly client: Client;
  /** The Telegram itself, past its relay. */
  readonly telegramUrl: string;
  watchTelegram(watch: Watch | undefined): void;
  /** Opens a provider's stand-in and points the worker at it; the one before is closed. */
  openFamily(family: string): Promise<Family>;
  stop(): Promise<void>;
}

export interface Family {
  readonly id: string;
  readonly standIn: StandIn;
  watch(watch: Watch | undefined): void;
  /** Starts the worker and waits until it polls; does nothing while it runs. */
  startWorker(): Promise<void>;
  /** kill -9. */
  killWorker(): Promise<void>;
}

export async function foundTown(): Promise<Town> {
  if (!existsSync(join(root, 'dist', 'main.js'))) {
    throw new Error('nothing is built; run this by npm test or npm run kills');
  }
  const home = makeHome();
  const port = await freePortBlock(9);
  const records = openProcessRecords(home);
  const services: Service[] = [];
  const onStart = (service: Service) => void services.push(service);
  const [world, telegram] = await Promise.all([
    createWorld({ poolMax: 4 }),
    startSandboxTelegram({ port: 0, dataDir: join(home, 'sandbox') }),
    startTemporalServer({ home, port, records, onStart }),
  ]);
  // A bot is there from its first call on.
  await fetch(`${telegram.url}/bot${botToken}/getMe`);
  const connection = await Connection.connect({ address: `127.0.0.1:${port}` });
  const messages = await openWatched(telegram.port);
  const settings = {
    ...quickSettings,
    DATABASE_URL: world.url,
    TEMPORAL_ADDRESS: `127.0.0.1:${port}`,
    BOT_TOKEN: botToken,
    TELEGRAM_API_ROOT: messages.relay.url,
    ASSETS_DIR: join(home, 'assets'),
  };
  const startProcess = workersIn(home, records);
  let closeFamily = (): Promise<void> => Promise.resolve();

  return {
    world,
    client: new Client({ connection }),
    telegramUrl: telegram.url,
    watchTelegram: messages.watch,
    async openFamily(id) {
      await closeFamily();
      const opened = await openFamily(id, (env) => startProcess({ ...settings, ...env }));
      closeFamily = opened.close;
      return opened.family;
    },
    async stop() {
      await closeFamily();
      await connection.close();
      await messages.relay.close();
      await telegram.close();
      for (const service of services) await service.stop();
      await world.close();
    },
  };
}

type Environment = Readonly<Record<string, string | undefined>>;

const quickSettings: Environment = {
  PATH: process.env['PATH'],
  HOME: process.env['HOME'],
  SDK_METRICS_PORT: '0',
  LOG_LEVEL: 'info',
  TELEGRAM_MESSAGES_PER_SECOND: '1000',
  PROVIDER_SUBMITS_PER_SECOND: '1000',
};

function makeHome(): string {
  const testHome = process.env['EASEL_TEST_HOME'];
  if (testHome === undefined) throw new Error('the global set-up of jest has not run');
  const home = mkdtempSync(join(testHome, 'kills-'));
  chmodSync(home, 0o755);
  mkdirSync(join(home, 'assets'));
  return home;
}

async function openWatched(
  targetPort: number,
): Promise<{ relay: Relay; watch: Town['watchTelegram'] }> {
  let watching: Watch | undefined;
  const relay = await openRelay({
    port: 0,
    targetPort,
    weather: () => 'fine',
    note: (exchange) => watching?.(exchange),
  });
  return {
    relay,
    watch: (watch) => {
      watching = watch;
    },
  };
}

type StartWorker = (env: Environment) => Promise<Service>;

/** Each worker writes a log of its own, which tells when it is up. */
function workersIn(home: string, records: ReturnType<typeof openProcessRecords>): StartWorker {
  let started = 0;
  return async (env) => {
    started += 1;
    const logFile = join(home, `worker-${started}.log`);
    const service = startService(
      {
        name: 'Worker',
        command: process.execPath,
        args: ['--enable-source-maps', join(root, 'dist', 'main.js'), 'worker'],
        kind: 'program',
        env,
        cwd: home,
        logFile,
        // Stopping one is the kill.
        stopSignal: 'SIGKILL',
        stopPatienceMs: 1_000,
      },
      records,
    );
    const isUp = () => readFileSync(logFile, 'utf8').includes('Easel is up');
    if (await waitUntil(isUp, upPatienceMs)) return service;
    await service.stop();
    throw new Error(`The worker did not come up:\n${service.lastLines(12).join('\n')}`);
  };
}

async function openFamily(
  id: string,
  startWorker: StartWorker,
): Promise<{ family: Family; close(): Promise<void> }> {
  const plan = standIns[id];
  if (plan === undefined) throw new Error(`there is no stand-in for ${id}`);
  const standIn = await plan.start();
  const { relay, watch } = await openWatched(Number(new URL(standIn.url).port));
  const env = Object.fromEntries(
    Object.entries(standIn.env).map(([name, value]) => [
      name,
      value.replace(standIn.url, relay.url),
    ]),
  );
  let worker: Service | undefined;
  const killWorker = async (): Promise<void> => {
    await worker?.stop();
    worker = undefined;
  };
  return {
    family: {
      id,
      standIn,
      watch,
      startWorker: async () => {
        worker ??= await startWorker(env);
      },
      killWorker,
    },
    close: async () => {
      await killWorker();
      await relay.close();
      await standIn.close();
    },
  };
}
