import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { startSandboxTelegram, type SandboxTelegram } from './server';
import type { SandboxTelegramOptions } from './options';

function readArguments(args: readonly string[]): SandboxTelegramOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: 'string', default: '3001' },
      data: { type: 'string', default: 'data/sandbox-telegram' },
      host: { type: 'string', default: '127.0.0.1' },
    },
  });
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new Error(`--port must be a number from 0 to 65535, not "${values.port}"`);
  }
  return { port, host: values.host, dataDir: resolve(values.data) };
}

function whyNot(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === 'EADDRINUSE' ? 'The port is in use: give another one with --port' : message;
}

/** The sandbox Telegram by itself, for bots of any language; ends with Ctrl-C. */
export async function runSandboxTelegram(args: readonly string[]): Promise<void> {
  let sandbox: SandboxTelegram;
  try {
    sandbox = await startSandboxTelegram(readArguments(args));
  } catch (error) {
    process.stderr.write(`${whyNot(error)}\n`);
    process.exitCode = 1;
    return;
  }
  process.stdout.write(`Chat page:    ${sandbox.url}/\n`);
  process.stdout.write(
    `Bot API root: ${sandbox.url} (any token of the form 123456:secret works)\n`,
  );
  const stop = (): void => void sandbox.close().then(() => process.exit(0));
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}
