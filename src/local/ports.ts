import { createServer } from 'node:net';
import { StartProblem } from './start-problem';

export interface WantedPort {
  readonly port: number;
  /** What would listen there, as the message names it. */
  readonly what: string;
  /** The setting that moves it. */
  readonly setting: string;
  readonly host?: string;
}

/** Looks before anything is started, so that a busy port is one line and not a log to search. */
export async function requireFreePorts(wanted: readonly WantedPort[]): Promise<void> {
  const busy = await Promise.all(
    wanted.map(async (port) => ((await isFree(port.port, port.host)) ? undefined : port)),
  );
  const lines = busy
    .filter((port) => port !== undefined)
    .map(
      ({ port, what, setting }) =>
        `Port ${port} (${what}) is in use by another program. Stop it, or choose another with ${setting}=<port>.`,
    );
  if (lines.length > 0) throw new StartProblem(lines.join('\n'));
}

export async function isFree(port: number, host = '127.0.0.1'): Promise<boolean> {
  const server = createServer();
  return await new Promise((resolve) => {
    server.once('error', () => {
      resolve(false);
    });
    server.listen({ port, host, exclusive: true }, () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}

/** A port nobody listens on right now; for tests, which must not meet a running Easel. */
export async function freePort(): Promise<number> {
  const server = createServer();
  return await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (address !== null && typeof address === 'object') resolve(address.port);
        else reject(new Error('no port was given'));
      });
    });
  });
}

/** The first of `count` free ports in a row, away from the ports systems give out by themselves. */
export async function freePortBlock(count: number): Promise<number> {
  for (;;) {
    const first = 20_000 + Math.floor(Math.random() * 10_000);
    const block = Array.from({ length: count }, (_, offset) => first + offset);
    const free = await Promise.all(block.map((port) => isFree(port)));
    if (free.every(Boolean)) return first;
  }
}
