import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePortBlock, isFree } from '../../src/local/ports';
import { isAlive, type ProcessIdentity } from '../../src/local/process-identity';
import { waitUntil } from '../../src/local/waiting';

/** All that `npm start` brings up, on ports and in a folder of its own. */
export interface Stack {
  readonly chatUrl: string;
  readonly temporalUiUrl: string;
  readonly temporalAddress: string;
  readonly apiUrl: string;
  readonly databaseUrl: string;
  readonly adminKey: string;
  /** Ends it as Ctrl-C does. Says what is left of it afterwards: processes by name, ports. */
  stop(): Promise<Leftovers>;
}

export interface Leftovers {
  readonly exitCode: number | null;
  readonly processes: readonly string[];
  readonly ports: readonly number[];
}

interface NamedProcess extends ProcessIdentity {
  readonly name: string;
}

const root = join(__dirname, '..', '..');
const readyPatienceMs = 180_000;
const stopPatienceMs = 60_000;
/** The Temporal server takes eight ports in a row; the other ten follow. */
const portCount = 19;

/** What a person may have in `.env` and what would lead the tests elsewhere. */
const foreign = ['BOT_TOKEN', 'PUBLIC_URL', 'DATABASE_URL', 'TEMPORAL_ADDRESS', 'ADMIN_IDS'];

/** Runs the compiled launcher, as `npm start` does after its build. */
export async function startStack(settings: Readonly<Record<string, string>> = {}): Promise<Stack> {
  const home = process.env['EASEL_TEST_HOME'];
  if (home === undefined) throw new Error('the global set-up of jest has not run');
  const dataDir = mkdtempSync(join(home, 'e2e-'));
  const first = await freePortBlock(portCount);
  const ports = Array.from({ length: portCount }, (_, offset) => first + offset);
  const launcher = runLauncher({
    ...Object.fromEntries(foreign.map((name) => [name, ''])),
    EASEL_DATA_DIR: dataDir,
    TEMPORAL_PORT: String(first),
    TEMPORAL_UI_PORT: String(first + 8),
    EASEL_POSTGRES_PORT: String(first + 9),
    API_PORT: String(first + 10),
    SANDBOX_TELEGRAM_PORT: String(first + 11),
    SANDBOX_PROVIDER_PORT: String(first + 12),
    SDK_METRICS_PORT: String(first + 13),
    SANDBOX_YOOKASSA_PORT: String(first + 14),
    SANDBOX_YOOMONEY_PORT: String(first + 15),
    SANDBOX_CRYPTOBOT_PORT: String(first + 16),
    SANDBOX_HELEKET_PORT: String(first + 17),
    SANDBOX_STRIPE_PORT: String(first + 18),
    ...settings,
  });
  await launcher.ready();
  const started = JSON.parse(
    readFileSync(join(dataDir, 'processes.json'), 'utf8'),
  ) as NamedProcess[];
  const kept = (name: string) => readFileSync(join(dataDir, name), 'utf8').trim();
  const local = (offset: number) => `http://127.0.0.1:${first + offset}`;
  return {
    temporalUiUrl: local(8),
    temporalAddress: `127.0.0.1:${first}`,
    databaseUrl: `postgresql://easel:${kept('postgres-password')}@127.0.0.1:${first + 9}/easel`,
    apiUrl: local(10),
    chatUrl: local(11),
    adminKey: kept('admin-api-key'),
    stop: async () => {
      const exitCode = await launcher.stop();
      const isBusy = await Promise.all(ports.map(async (port) => !(await isFree(port))));
      return {
        exitCode,
        processes: started.filter(isAlive).map(({ name }) => name),
        ports: ports.filter((_, at) => isBusy[at]),
      };
    },
  };
}

interface Launcher {
  ready(): Promise<void>;
  /** The exit code; null when it had to be killed. */
  stop(): Promise<number | null>;
}

function runLauncher(settings: Readonly<Record<string, string>>): Launcher {
  const launch = join(root, 'dist', 'local', 'launch.js');
  if (!existsSync(launch)) throw new Error('nothing is built; run the tests by npm test');
  const script = `require(${JSON.stringify(launch)}).launch(performance.now())`;
  const follow = join(root, 'dist', 'local', 'follow-parent.js');
  const child = spawn(process.execPath, ['--require', follow, '--eval', script], {
    cwd: root,
    env: { ...process.env, ...settings },
    // The channel lets the launcher notice when the tests were killed.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  return {
    ready: async () => {
      const isUp = () => output.includes('Easel is ready') || hasEnded(child);
      await waitUntil(isUp, readyPatienceMs);
      if (output.includes('Easel is ready')) return;
      child.kill('SIGTERM');
      await waitUntil(() => hasEnded(child), stopPatienceMs);
      throw new Error(`Easel did not start:\n${output}`);
    },
    stop: async () => {
      child.kill('SIGINT');
      if (!(await waitUntil(() => hasEnded(child), stopPatienceMs))) child.kill('SIGKILL');
      return child.exitCode;
    },
  };
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
