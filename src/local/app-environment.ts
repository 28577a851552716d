import { join } from 'node:path';
import { keptSecret } from './data-folder';
import { portSettings, type LocalSettings } from './local-settings';
import { paymentEnvironment, paymentStandIns } from './payment-stand-ins';

type Environment = Record<string, string | undefined>;

/** The sandbox's bot; the sandbox Telegram takes any token of this form. */
const sandboxBotToken = '1000001:sandbox-easel-local-bot';
/** Olga, the admin among the sandbox's people. */
const sandboxAdminIds = '900009';
export const adminKeyFile = 'admin-api-key';

export interface ServerAddresses {
  readonly databaseUrl: string;
  readonly temporalAddress: string;
}

/** What the app is started with: the person's own settings, completed with what runs here. */
export function appEnvironment(
  settings: LocalSettings,
  own: Readonly<Environment>,
  servers: ServerAddresses,
): Environment {
  const { ports, dataDir } = settings;
  const given = withoutEmpty(own);
  return {
    API_PORT: String(ports.api),
    SDK_METRICS_PORT: String(ports.sdkMetrics),
    ASSETS_DIR: join(dataDir, 'assets'),
    ADMIN_API_KEY: keptSecret(dataDir, adminKeyFile),
    TELEGRAM_WEBHOOK_SECRET: keptSecret(dataDir, 'webhook-secret'),
    SANDBOX_PROVIDER_URL: `http://127.0.0.1:${ports.sandboxProvider}`,
    ...(settings.botToken === undefined && {
      ADMIN_IDS: sandboxAdminIds,
      // Not CALLBACK_BASE_URL: polling the sandbox provider costs less history and shows progress.
      WEBHOOK_BASE_URL: apiRoot(settings),
      MINI_APP_URL: `${apiRoot(settings)}/app`,
      ...paymentEnvironment(ports, given),
    }),
    ...given,
    ...(settings.botToken === undefined && sandboxTelegram(settings)),
    DATABASE_URL: servers.databaseUrl,
    TEMPORAL_ADDRESS: servers.temporalAddress,
  };
}

/** What the sandbox is started with. With a real bot it plays a provider and nothing else. */
export function sandboxEnvironment(
  settings: LocalSettings,
  own: Readonly<Environment>,
): Environment {
  const { ports, dataDir, botToken } = settings;
  const given = withoutEmpty(own);
  const common = {
    SANDBOX_TELEGRAM_PORT: String(ports.sandboxTelegram),
    SANDBOX_PROVIDER_PORT: String(ports.sandboxProvider),
    SANDBOX_DATA_DIR: join(dataDir, 'sandbox'),
  };
  if (botToken !== undefined) return { ...given, ...common, SANDBOX_TELEGRAM: 'off' };
  const paymentPorts = paymentStandIns.map(
    ({ port }) => [portSettings[port].name, String(ports[port])] as const,
  );
  return {
    ...paymentEnvironment(ports, given),
    ...given,
    ...common,
    ...Object.fromEntries(paymentPorts),
    SANDBOX_PAYMENTS: 'on',
    SANDBOX_WEBHOOK_ROOT: `${apiRoot(settings)}/webhooks`,
  };
}

/** Where what is played here calls back. */
function apiRoot({ ports }: LocalSettings): string {
  return `http://127.0.0.1:${ports.api}`;
}

function sandboxTelegram({ ports }: LocalSettings): Environment {
  const root = `http://127.0.0.1:${ports.sandboxTelegram}`;
  return { BOT_TOKEN: sandboxBotToken, TELEGRAM_API_ROOT: root, SANDBOX_PAGE_URL: root };
}

function withoutEmpty(env: Readonly<Environment>): Environment {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value?.trim()));
}
