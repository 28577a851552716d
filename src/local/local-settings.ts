import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { StartProblem } from './start-problem';

type Environment = Readonly<Record<string, string | undefined>>;

/** What the launcher itself has to know. The app's own settings are read by `src/config`. */
export interface LocalSettings {
  /** Top folder of the repository. */
  readonly root: string;
  /** Everything Easel keeps: databases, files, logs, keys. */
  readonly dataDir: string;
  /** What can be fetched or built again: servers, test tools. Shared by all checkouts. */
  readonly cacheDir: string;
  readonly ports: Ports;
  /** Set: this Postgres is used instead of the embedded one. */
  readonly databaseUrl: string | undefined;
  /** Set: this Temporal server is used instead of a local one. */
  readonly temporalAddress: string | undefined;
  /** Where the Web UI of a `temporalAddress` is; only shown. */
  readonly temporalUiUrl: string | undefined;
  readonly temporalNamespace: string;
  /** Path of a `temporal` command line tool that isn't on PATH. */
  readonly temporalCliPath: string | undefined;
  /** Set: the bot talks to real Telegram; otherwise to the sandbox. */
  readonly botToken: string | undefined;
}

export interface Ports {
  readonly api: number;
  readonly sandboxTelegram: number;
  readonly sandboxProvider: number;
  readonly sandboxYookassa: number;
  readonly sandboxYoomoney: number;
  readonly sandboxCryptobot: number;
  readonly sandboxHeleket: number;
  readonly sandboxStripe: number;
  readonly postgres: number;
  readonly temporal: number;
  readonly temporalUi: number;
  readonly sdkMetrics: number;
}

export const portSettings: Readonly<Record<keyof Ports, { name: string; standard: number }>> = {
  api: { name: 'API_PORT', standard: 3000 },
  sandboxTelegram: { name: 'SANDBOX_TELEGRAM_PORT', standard: 3001 },
  sandboxProvider: { name: 'SANDBOX_PROVIDER_PORT', standard: 3002 },
  sandboxYookassa: { name: 'SANDBOX_YOOKASSA_PORT', standard: 3011 },
  sandboxYoomoney: { name: 'SANDBOX_YOOMONEY_PORT', standard: 3012 },
  sandboxCryptobot: { name: 'SANDBOX_CRYPTOBOT_PORT', standard: 3013 },
  sandboxHeleket: { name: 'SANDBOX_HELEKET_PORT', standard: 3014 },
  sandboxStripe: { name: 'SANDBOX_STRIPE_PORT', standard: 3015 },
  postgres: { name: 'EASEL_POSTGRES_PORT', standard: 5433 },
  temporal: { name: 'TEMPORAL_PORT', standard: 7233 },
  temporalUi: { name: 'TEMPORAL_UI_PORT', standard: 8233 },
  sdkMetrics: { name: 'SDK_METRICS_PORT', standard: 9464 },
};

export function readLocalSettings(env: Environment, root: string): LocalSettings {
  return {
    root,
    dataDir: resolve(root, text(env, 'EASEL_DATA_DIR') ?? 'data'),
    cacheDir: cacheFolder(env),
    ports: readPorts(env),
    databaseUrl: text(env, 'DATABASE_URL'),
    temporalAddress: text(env, 'TEMPORAL_ADDRESS'),
    temporalUiUrl: text(env, 'TEMPORAL_UI_URL'),
    temporalNamespace: text(env, 'TEMPORAL_NAMESPACE') ?? 'default',
    temporalCliPath: text(env, 'TEMPORAL_CLI_PATH'),
    botToken: text(env, 'BOT_TOKEN'),
  };
}

/** The user's cache folder, by the custom of the operating system. */
export function cacheFolder(
  env: Environment,
  platform: NodeJS.Platform = process.platform,
): string {
  const chosen = text(env, 'EASEL_CACHE_DIR');
  if (chosen !== undefined) return resolve(chosen);
  if (platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'easel');
  if (platform === 'win32') {
    return join(text(env, 'LOCALAPPDATA') ?? join(homedir(), 'AppData', 'Local'), 'easel', 'Cache');
  }
  return join(text(env, 'XDG_CACHE_HOME') ?? join(homedir(), '.cache'), 'easel');
}

function readPorts(env: Environment): Ports {
  const ports = Object.fromEntries(
    Object.entries(portSettings).map(([key, { name, standard }]) => [
      key,
      readPort(text(env, name), name, standard),
    ]),
  ) as unknown as Ports;
  const byPort = new Map<number, string>();
  for (const [key, port] of Object.entries(ports) as [keyof Ports, number][]) {
    const name = portSettings[key].name;
    const other = byPort.get(port);
    if (other !== undefined) throw new StartProblem(`${other} and ${name} are both ${port}.`);
    byPort.set(port, name);
  }
  return ports;
}

function readPort(value: string | undefined, name: string, standard: number): number {
  if (value === undefined) return standard;
  const port = Number(value);
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  throw new StartProblem(`${name} must be a port number from 1 to 65535.`);
}

/** An empty line in .env means "not set". */
function text(env: Environment, name: string): string | undefined {
  const value = env[name]?.trim();
  return value === undefined || value === '' ? undefined : value;
}
