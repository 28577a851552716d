import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { chosenOf, firstPort, runUntilStopped, type Played } from '../standalone';
import { providerStandIns, startProviders, type ProvidersOptions } from './stand-ins';

const usualFirstPort = 3021;

function readArguments(args: readonly string[]): ProvidersOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      data: { type: 'string', default: 'data/sandbox-providers' },
      host: { type: 'string', default: '127.0.0.1' },
      port: { type: 'string' },
      only: { type: 'string' },
      speed: { type: 'string', default: '1' },
    },
  });
  const speed = Number(values.speed);
  if (!(speed > 0)) throw new Error('--speed must be a number above 0');
  const only = chosenOf(
    providerStandIns.flatMap(({ plays }) => plays),
    values.only,
  );
  return {
    firstPort: firstPort(values.port) ?? usualFirstPort,
    host: values.host,
    dataDir: resolve(values.data),
    speed,
    ...(only && { only }),
  };
}

function introduce({ id, url, settings }: Played): string {
  const plays = providerStandIns.find((each) => each.id === id)?.plays ?? [];
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
  return [`# ${plays.join(', ')}: ${url}`, ...lines].join('\n');
}

/** The stand-ins of the providers by themselves; what is printed is ready for `.env`. */
export function runSandboxProviders(args: readonly string[]): Promise<void> {
  return runUntilStopped(
    // Arguments are read inside, so that a wrong one is told like a busy port.
    async () => startProviders(readArguments(args)),
    (running) =>
      `# Providers, played. Easel finds them with these settings:\n${running
        .map(introduce)
        .join('\n')}\n`,
  );
}
