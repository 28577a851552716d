/**
 * The composition root: reads the settings, makes every part and starts the roles asked for.
 * `node dist/main.js all | bot | api | worker`
 */
import { parseSettings, SettingsError, type Settings } from './config/settings';
import { environment } from './config/environment';
import { createLogger, type Logger } from './observability/logger';
import { startApi } from './roles/api';
import { startBot } from './roles/bot';
import { createParts, type Parts } from './roles/parts';
import type { Running } from './roles/running';
import { startStatus } from './roles/status';
import { startWorker } from './roles/worker';

const starters = { worker: startWorker, api: startApi, bot: startBot } as const;
type Role = keyof typeof starters;

/** The worker first: it prepares the namespace and the catalogue the others rely on. */
const everyRole: readonly Role[] = ['worker', 'api', 'bot'];

async function main(): Promise<void> {
  const roles = readRoles(process.argv[2] ?? 'all');
  const settings = settingsFor(roles, parseSettings(environment()));
  const logger = createLogger(settings.logLevel, { secrets: settings.secrets });
  const parts = createParts(settings, logger);
  const stopping = stopSignal();
  logger.info(
    {
      roles,
      updates: settings.telegram.publicUrl === undefined ? 'polling' : 'webhook',
      providersOn: [...parts.providers.ready.keys()],
      providersOff: parts.providers.off,
      providersWithoutFilms: parts.withoutFilms,
      paymentSystemsOn: [...parts.systems.ready.keys()],
      paymentSystemsOff: parts.systems.off,
    },
    'Easel starts',
  );
  const running: Running[] = [];
  try {
    for (const role of roles) running.push(await starters[role](parts));
    // After the roles, so that it says "well" only of a process that is up.
    const status = roles.includes('api') ? undefined : await startStatus(parts);
    if (status !== undefined) running.push(status);
    logger.info({ roles }, 'Easel is up');
    await Promise.race([stopping, ...running.map(({ failed }) => failed)]);
  } finally {
    await stopAll(running, parts, logger);
  }
}

/** What takes work in stops before what does it. */
async function stopAll(running: readonly Running[], parts: Parts, logger: Logger): Promise<void> {
  logger.info('Easel stops');
  for (const role of running.toReversed()) await role.stop();
  await parts.close();
}

function readRoles(word: string): readonly Role[] {
  if (word === 'all') return everyRole;
  const role = everyRole.find((known) => known === word);
  if (role) return [role];
  throw new SettingsError([`"${word}" is no role. Start with one of: all, bot, api, worker.`]);
}

/** Without a worker there are no metrics of the SDK in this process, only perhaps of another one. */
function settingsFor(roles: readonly Role[], settings: Settings): Settings {
  if (roles.includes('worker')) return settings;
  return { ...settings, temporal: { ...settings.temporal, sdkMetricsPort: 0 } };
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        resolve();
      });
    }
  });
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error instanceof SettingsError ? error.message : describe(error));
    process.exit(1);
  },
);

/** One line for a person, without a stack trace; the log has the rest. */
function describe(error: unknown): string {
  return `Easel cannot go on: ${error instanceof Error ? error.message : String(error)}`;
}
