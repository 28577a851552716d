/**
 * Everything Easel needs, each as a process of its own that is started again when it dies, on ports and
 * in a folder of its own. Between Easel and the sandboxes stand relays.
 */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { migrationFiles } from '../../src/local/migrate';
import { freePortBlock } from '../../src/local/ports';
import { ensureDatabase, startPostgres } from '../../src/local/postgres';
import { paymentStandIns } from '../../src/local/payment-stand-ins';
import { openProcessRecords, type ProcessRecord } from '../../src/local/process-records';
import { startService, type Service } from '../../src/local/service';
import { waitUntil } from '../../src/local/waiting';
import { startTemporalServer } from '../setup/temporal-server';
import { openRelay, type Exchange, type Weather } from './relay';
import { tillIds, type TillUrls } from './tills';

export const adminId = 900009;
export const botId = 1000001;
const adminKey = 'a-key-for-the-crash-test';

/** What can be killed. */
export const victims = ['Worker', 'Bot', 'API', 'Sandbox', 'Temporal', 'Postgres'] as const;
export type Victim = (typeof victims)[number];

/** The other side of the relays. */
export interface Weathers {
  telegram(path: string): Weather;
  provider(path: string): Weather;
}

export interface Town {
  readonly home: string;
  readonly databaseUrl: string;
  readonly temporalAddress: string;
  readonly apiUrl: string;
  readonly adminKey: string;
  /** The sandbox Telegram itself, past the relay. */
  readonly telegramUrl: string;
  /** The payment systems outside the chat. */
  readonly tills: TillUrls;
  /** Answers of sent messages by "<chat>:<message>": whether Easel heard them. */
  readonly heard: ReadonlyMap<string, boolean>;
  /** How many submits the provider took, by reference. */
  readonly accepted: ReadonlyMap<string, number>;
  /** kill -9. False when it is not running right now. */
  kill(victim: Victim): boolean;
  /** The end of every log, for when something went wrong. */
  logs(): string;
  stop(): Promise<void>;
}

const root = join(__dirname, '..', '..');
const patienceMs = 120_000;

export async function foundTown(weathers: Weathers): Promise<Town> {
  if (!existsSync(join(root, 'dist', 'main.js'))) {
    throw new Error('nothing is built; run this by npm test or npm run crash');
  }
  const home = makeHome();
  const first = await freePortBlock(15 + tillIds.length);
  const records = openProcessRecords(home);
  const services: Service[] = [];
  const heard = new Map<string, boolean>();
  const accepted = new Map<string, number>();
  const program = (name: Victim, script: string, args: string[], env: Environment): void => {
    services.push(
      startService(
        {
          name,
          command: process.execPath,
          args: ['--enable-source-maps', join(root, 'dist', script), ...args],
          kind: 'program',
          env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
          cwd: home,
          logFile: join(home, `${name.toLowerCase()}.log`),
          stopSignal: 'SIGKILL',
          stopPatienceMs: 1_000,
        },
        records,
      ),
    );
  };

  const port = portsFrom(first);
  const apiUrl = `http://127.0.0.1:${port.api}`;
  const tills = openTills(first + 15);
  program('Sandbox', 'sandbox/main.js', [], {
    SANDBOX_TELEGRAM_PORT: String(port.telegram),
    SANDBOX_PROVIDER_PORT: String(port.provider),
    SANDBOX_DATA_DIR: join(home, 'sandbox'),
    SANDBOX_PAYMENTS: 'on',
    SANDBOX_WEBHOOK_ROOT: `${apiUrl}/webhooks`,
    ...tills.ports,
    ...tills.keys,
  });
  const [databaseUrl] = await Promise.all([
    providePostgres({ home, port: port.postgres, records, services }),
    startTemporalServer({
      home,
      port: port.temporal,
      records,
      onStart: (service) => {
        services.unshift(service);
      },
    }),
  ]);
  const relays = await Promise.all([
    openRelay({
      port: port.telegramRelay,
      targetPort: port.telegram,
      weather: weathers.telegram,
      note: (exchange) => {
        noteMessage(heard, exchange);
      },
    }),
    openRelay({
      port: port.providerRelay,
      targetPort: port.provider,
      weather: weathers.provider,
      note: (exchange) => {
        noteSubmit(accepted, exchange);
      },
    }),
  ]);
  const temporalAddress = `127.0.0.1:${port.temporal}`;
  const telegramUrl = `http://127.0.0.1:${port.telegram}`;
  const settings = {
    ...quickSettings,
    ...tills.keys,
    PAYMENT_SYSTEMS: tillIds.join(','),
    WEBHOOK_BASE_URL: apiUrl,
    DATABASE_URL: databaseUrl,
    TEMPORAL_ADDRESS: temporalAddress,
    BOT_TOKEN: `${botId}:sandbox-easel-crash-bot`,
    TELEGRAM_API_ROOT: `http://127.0.0.1:${port.telegramRelay}`,
    SANDBOX_PROVIDER_URL: `http://127.0.0.1:${port.providerRelay}`,
    API_PORT: String(port.api),
    ASSETS_DIR: join(home, 'assets'),
  };
  program('Worker', 'main.js', ['worker'], settings);
  program('Bot', 'main.js', ['bot'], settings);
  program('API', 'main.js', ['api'], settings);
  await allUp(home, [`${telegramUrl}/`, `${apiUrl}/health`]);
  return {
    home,
    databaseUrl,
    temporalAddress,
    apiUrl,
    adminKey,
    telegramUrl,
    tills: tills.urls,
    heard,
    accepted,
    kill: (victim) => kill(home, victim),
    logs: () => logEnds(home),
    stop: async () => {
      // The last started ends first: Easel before what it writes to.
      for (const service of services.toReversed()) await service.stop();
      await Promise.all(relays.map((relay) => relay.close()));
    },
  };
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Nobody is held up by limits, and every workflow closes soon. */
const quickSettings: Environment = {
  ADMIN_IDS: String(adminId),
  ADMIN_API_KEY: adminKey,
  SDK_METRICS_PORT: '0',
  STATUS_PORT: '0',
  LOG_LEVEL: 'info',
  WELCOME_TOKENS: '100000',
  REQUESTS_PER_MINUTE: '10000',
  ACTIVE_GENERATIONS_MAX: '1000',
  GENERATIONS_PER_HOUR: '100000',
  TELEGRAM_MESSAGES_PER_SECOND: '1000',
  PROVIDER_SUBMITS_PER_SECOND: '1000',
  COMPLAINT_WINDOW_SECONDS: '8',
  REFUND_WINDOW_SECONDS: '12',
  INVOICE_EXPIRY_SECONDS: '20',
};

function portsFrom(first: number) {
  // The Temporal server takes eight ports in a row and its Web UI the ninth.
  const names = ['postgres', 'telegram', 'provider', 'telegramRelay', 'providerRelay', 'api'];
  const [postgres, telegram, provider, telegramRelay, providerRelay, api] = names.map(
    (_, offset) => first + 9 + offset,
  ) as [number, number, number, number, number, number];
  return { temporal: first, postgres, telegram, provider, telegramRelay, providerRelay, api };
}

/** Addresses of the payment systems, and the keys both sides are given. */
function openTills(first: number) {
  const entries = tillIds.map((id, offset) => [id, `http://127.0.0.1:${first + offset}`] as const);
  const urls = Object.fromEntries(entries) as TillUrls;
  const known = paymentStandIns.map(({ id, env }) => env(urls[id as keyof TillUrls]));
  return {
    urls,
    keys: Object.assign({}, ...known) as Record<string, string>,
    ports: Object.fromEntries(
      tillIds.map((id, offset) => [`SANDBOX_${id.toUpperCase()}_PORT`, String(first + offset)]),
    ),
  };
}

function makeHome(): string {
  const testHome = process.env['EASEL_TEST_HOME'];
  if (testHome === undefined) throw new Error('the global set-up of jest has not run');
  const home = mkdtempSync(join(testHome, 'crash-'));
  chmodSync(home, 0o755);
  mkdirSync(join(home, 'assets'));
  return home;
}

interface Provision {
  readonly home: string;
  readonly port: number;
  readonly records: ReturnType<typeof openProcessRecords>;
  readonly services: Service[];
}

async function providePostgres({ home, port, records, services }: Provision): Promise<string> {
  const postgres = await startPostgres({
    clusterDir: join(home, 'postgres'),
    port,
    password: 'tests-only',
    logFile: join(home, 'postgres.log'),
    records,
    onStart: (service) => {
      services.unshift(service);
    },
    // Only processes die here, never the machine: what was handed to the system is safe.
    serverSettings: ['fsync=off', 'max_connections=200'],
  });
  await ensureDatabase(postgres.url('postgres'), 'easel');
  const url = postgres.url('easel');
  const client = new Client({ connectionString: url });
  await client.connect();
  for (const file of migrationFiles(join(root, 'prisma', 'migrations'))) {
    await client.query(readFileSync(file, 'utf8'));
  }
  await client.end();
  return url;
}

/** The bot listens nowhere; it is up when its commands are registered. */
async function allUp(home: string, urls: readonly string[]): Promise<void> {
  const isUp = await waitUntil(async () => {
    const answers = await Promise.all(urls.map((url) => fetch(url).catch(() => undefined)));
    const logs = ['worker', 'bot'].map((name) => readFileSync(join(home, `${name}.log`), 'utf8'));
    return answers.every((answer) => answer?.ok) && logs.every((log) => log.includes('is up'));
  }, patienceMs);
  if (isUp) return;
  throw new Error(`Not everything came up.\n${logEnds(home)}`);
}

function logEnds(home: string): string {
  const ends = victims.map((name) => {
    const log = readFileSync(join(home, `${name.toLowerCase()}.log`), 'utf8');
    return `${name}:\n${log.split('\n').slice(-12).join('\n')}`;
  });
  return ends.join('\n');
}

function kill(home: string, victim: Victim): boolean {
  const records = JSON.parse(readFileSync(join(home, 'processes.json'), 'utf8')) as ProcessRecord[];
  const found = records.find(({ name }) => name === victim);
  if (found === undefined) return false;
  try {
    return process.kill(found.pid, 'SIGKILL');
  } catch {
    return false;
  }
}

function noteMessage(heard: Map<string, boolean>, exchange: Exchange): void {
  if (exchange.status !== 200 || !/\/send(Photo|Video)$/.test(exchange.path)) return;
  const { result } = JSON.parse(exchange.received.toString('utf8')) as {
    result: { message_id: number; chat: { id: number } };
  };
  heard.set(`${result.chat.id}:${result.message_id}`, exchange.answered);
}

function noteSubmit(accepted: Map<string, number>, exchange: Exchange): void {
  if (exchange.path !== '/v1/jobs' || exchange.status !== 202) return;
  const { reference } = JSON.parse(exchange.sent.toString('utf8')) as { reference: string };
  accepted.set(reference, (accepted.get(reference) ?? 0) + 1);
}
