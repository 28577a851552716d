import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { chosenOf, firstPort, runUntilStopped, type Played } from '../standalone';
import { paymentStandIns, standardPorts, startPayments, type PaymentsOptions } from './stand-ins';

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
  const only = chosenOf(ids, values.only);
  return {
    portOf: (id) => (first === undefined ? (standardPorts[id] ?? 0) : first + ids.indexOf(id)),
    host: values.host,
    dataDir: resolve(values.data),
    keys: {},
    ...(only && { only }),
    ...(values.webhooks !== undefined && { webhookRoot: values.webhooks.replace(/\/+$/, '') }),
  };
}

async function start(options: PaymentsOptions): Promise<Played[]> {
  const running = await startPayments(options);
  return running.map((one) => ({
    ...one,
    settings: paymentStandIns.find(({ id }) => id === one.id)?.keys ?? {},
  }));
}

function introduce({ id, url, settings }: Played): string {
  const lines = Object.entries(settings).map(([name, value]) => `    ${name}=${value}`);
  return [`  ${id.padEnd(10)} ${url}`, ...lines].join('\n');
}

/** The payment stand-ins by themselves, for shops in any language; they end with Ctrl-C. */
export function runSandboxPayments(args: readonly string[]): Promise<void> {
  return runUntilStopped(
    // Arguments are read inside, so that a wrong one is told like a busy port.
    async () => start(readArguments(args)),
    (running) =>
      `Payment systems, played:\n${running.map(introduce).join('\n')}\n` +
      'What happens to a payment is said by its page or POST <address>/__admin/pay\n',
  );
}
