import { join, resolve } from 'node:path';
import { standardPorts, startPayments } from './payments/stand-ins';
import { startSandboxProvider } from './provider/server';
import { startSandboxTelegram } from './telegram/server';

interface Running {
  readonly url: string;
  close(): Promise<void>;
}

function port(name: string, fallback: number): number {
  const given = process.env[name] ?? '';
  const value = given === '' ? fallback : Number(given);
  if (!Number.isInteger(value) || value < 0 || value > 65535) {
    throw new Error(`${name} must be a port number, not "${given}"`);
  }
  return value;
}

function dataDir(): string {
  const given = process.env['SANDBOX_DATA_DIR'];
  return resolve(given ?? join(process.env['EASEL_DATA_DIR'] ?? 'data', 'sandbox'));
}

/** The adapter's own settings, so that both sides show and check the same keys. */
function providerSettings(): { key?: string; callbackSecret?: string; speed?: number } {
  const key = process.env['SANDBOX_PROVIDER_KEY'] ?? '';
  const callbackSecret = process.env['SANDBOX_CALLBACK_SECRET'] ?? '';
  const speed = Number(process.env['SANDBOX_PROVIDER_SPEED'] ?? '1');
  if (!(speed > 0)) throw new Error('SANDBOX_PROVIDER_SPEED must be a number above 0');
  return {
    speed,
    ...(key !== '' && { key }),
    ...(callbackSecret !== '' && { callbackSecret }),
  };
}

/** What takes money, when SANDBOX_PAYMENTS is on; its keys are the adapters' own settings. */
async function payments(folder: string): Promise<Running[]> {
  if (process.env['SANDBOX_PAYMENTS'] !== 'on') return [];
  const webhookRoot = process.env['SANDBOX_WEBHOOK_ROOT'] ?? '';
  const running = await startPayments({
    portOf: (id) => port(`SANDBOX_${id.toUpperCase()}_PORT`, standardPorts[id] ?? 0),
    dataDir: join(folder, 'payments'),
    keys: process.env,
    ...(webhookRoot !== '' && { webhookRoot }),
  });
  for (const { id, url } of running) console.log(`Sandbox ${id}: ${url}`);
  return running;
}

/** With a real bot only the provider is needed: SANDBOX_TELEGRAM=off. */
async function start(): Promise<Running[]> {
  const folder = dataDir();
  const provider = await startSandboxProvider({
    port: port('SANDBOX_PROVIDER_PORT', 3002),
    dataDir: join(folder, 'provider'),
    ...providerSettings(),
  });
  console.log(`Sandbox provider: ${provider.url}`);
  if (process.env['SANDBOX_TELEGRAM'] === 'off') return [provider];
  const tills = await payments(folder);
  const telegram = await startSandboxTelegram({
    port: port('SANDBOX_TELEGRAM_PORT', 3001),
    dataDir: folder,
  });
  console.log(`Sandbox Telegram: ${telegram.url}`);
  return [provider, ...tills, telegram];
}

start()
  .then((running) => {
    const stop = (): void => {
      void Promise.all(running.map((one) => one.close())).then(() => process.exit(0));
    };
    process.once('SIGINT', stop);
    process.once('SIGTERM', stop);
  })
  .catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  });
