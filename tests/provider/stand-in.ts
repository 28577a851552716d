import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSandboxProvider } from '../../src/sandbox/provider/server';

export type FaultKind =
  'slow' | 'fail' | 'refuse' | 'lose-answer' | 'status' | 'retry-after' | 'malformed' | 'duplicate';

export interface Fault {
  readonly at: 'submit' | 'status' | 'work' | 'output' | 'callback';
  readonly kind: FaultKind;
  readonly times?: number;
  readonly ms?: number;
  readonly status?: number;
  readonly match?: { readonly reference?: string };
}

/** What plays a provider in the tests; each registered provider has one. */
export interface StandIn {
  /** The settings an adapter finds it with. */
  readonly env: Readonly<Record<string, string>>;
  fault(fault: Fault): Promise<void>;
  /** How many jobs were made, and how many submits asked for one. */
  stats(reference: string): Promise<{ jobs: number; submits: number }>;
  /** Ends it as a crash would and starts it again at the same address with what it had kept. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

async function startSandbox(): Promise<StandIn> {
  const dataDir = await mkdtemp(join(tmpdir(), 'easel-provider-'));
  const options = { dataDir, key: 'contract-key', speed: 20, callbackRetryMs: 20 };
  let server = await startSandboxProvider({ ...options, port: 0 });
  const { url, port } = server;
  return {
    env: { SANDBOX_PROVIDER_URL: url, SANDBOX_PROVIDER_KEY: 'contract-key' },
    async fault(fault) {
      const response = await fetch(`${url}/faults`, {
        method: 'POST',
        body: JSON.stringify([fault]),
      });
      if (!response.ok) throw new Error(await response.text());
    },
    async stats(reference) {
      const response = await fetch(`${url}/jobs?about=${encodeURIComponent(reference)}`);
      const { jobs, submits } = (await response.json()) as { jobs: unknown[]; submits: number };
      return { jobs: jobs.length, submits };
    },
    async restart() {
      await server.close();
      server = await startSandboxProvider({ ...options, port });
    },
    async close() {
      await server.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** By provider id. A provider without a stand-in fails the contract. */
export const standIns: Readonly<Record<string, (() => Promise<StandIn>) | undefined>> = {
  sandbox: startSandbox,
};

export interface ReceivedCallback {
  readonly rawBody: Buffer;
  readonly headers: Record<string, string>;
}

export interface CallbackReceiver {
  readonly url: string;
  readonly received: readonly ReceivedCallback[];
  /** The HTTP statuses answered to the next callbacks; 200 after that. */
  answerWith(...statuses: number[]): void;
  close(): Promise<void>;
}

/** Listens where a provider calls back and keeps what it gets. */
export async function startCallbackReceiver(): Promise<CallbackReceiver> {
  const received: ReceivedCallback[] = [];
  let statuses: number[] = [];
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)]);
      received.push({
        rawBody: Buffer.concat(chunks),
        headers: Object.fromEntries(headers) as Record<string, string>,
      });
      response.writeHead(statuses.shift() ?? 200).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/callback`,
    received,
    answerWith(...given) {
      statuses = given;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Asks until the answer is there, for as long as a test may take. */
export async function until<T>(ask: () => Promise<T | undefined> | T | undefined): Promise<T> {
  const giveUp = Date.now() + 85_000;
  while (Date.now() < giveUp) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error('what was waited for did not come');
}
