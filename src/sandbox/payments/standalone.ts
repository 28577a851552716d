import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { StandIn } from './frame/server';
import { paymentStandIns, standardPorts, startPayments, type PaymentsOptions } from './stand-ins';

function firstPort(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (Number.isInteger(port) && port >= 1 && port <= 65_500) return port;
  throw new Error('--port must be a number from 1 to 65500: the first of a row');
}

function known(ids: readonly string[], text: string | undefined): readonly string[] | undefined {
  const only = text?.split(',').map((id) => id.trim());
  const stranger = only?.find((id) => !ids.includes(id));
  if (stranger === undefined) return only;
  throw new Error(`--only knows ${ids.join(', ')}, not ${stranger}`);
}

function readArguments(args: readonly string[]): PaymentsOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      data: { type: 'string', default: 'data/sandbox-payments' },
      host: { type: 'string', default: '127.0.0.1' },
      port: { type: 'string' },
      only: { type: 'string' },
      webhooks: { type: 'string' },
    },
  });
  const first = firstPort(values.port);
  const ids = paymentStandIns.map(({ id }) => id);
  const only = known(ids, values.only);
  return {
    portOf: (id) => (first === undefined ? (standardPorts[id] ?? 0) : first + ids.indexOf(id)),
    host: values.host,
    dataDir: resolve(values.data),
    keys: {},
    ...(only && { only }),
    ...(values.webhooks !== undefined && { webhookRoot: values.webhooks.replace(/\/+$/, '') }),
  };
}

function whyNot(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === 'EADDRINUSE' ? 'A port is in use: give the first of others with --port' : message;
}

function introduce({ id, url }: StandIn): string {
  const keys = paymentStandIns.find((definition) => definition.id === id)?.keys ?? {};
  const lines = Object.entries(keys).map(([name, value]) => `    ${name}=${value}`);
  return [`  ${id.padEnd(10)} ${url}`, ...lines].join('\n');
}

/** The payment stand-ins by themselves, for shops in any language; they end with Ctrl-C. */
export async function runSandboxPayments(args: readonly string[]): Promise<void> {
  let running: StandIn[];
  try {
    running = await startPayments(readArguments(args));
  } catch (error) {
    process.stderr.write(`${whyNot(error)}\n`);
    process.exitCode = 1;
    return;
  }
  process.stdout.write(`Payment systems, played:\n${running.map(introduce).join('\n')}\n`);
  process.stdout.write(
    'What happens to a payment is said by its page or POST <address>/__admin/pay\n',
  );
  const stop = (): void => {
    void Promise.all(running.map((one) => one.close())).then(() => process.exit(0));
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}
