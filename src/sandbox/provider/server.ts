import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createFaults } from './faults';
import { openJobStore } from './job-store';
import { createRoutes, type Answer, type Call } from './routes';
import { createRunner } from './runner';

const bodyBytesMax = 64 * 1024 * 1024;

export interface SandboxProviderOptions {
  /** 0 picks a free one. */
  readonly port: number;
  /** Jobs, inputs and outputs live here; a restart goes on with what was open. */
  readonly dataDir: string;
  /** 127.0.0.1 unless told. */
  readonly host?: string;
  /** The bearer key callers must show. */
  readonly key?: string;
  /** Signs callbacks; the key unless told. */
  readonly callbackSecret?: string;
  /** 1 is the usual pace: about 2 s for an image and 4 s for a video; 10 is ten times as fast. */
  readonly speed?: number;
  /** The first wait before a callback is repeated. */
  readonly callbackRetryMs?: number;
}

export interface SandboxProvider {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > bodyBytesMax) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function hash(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function send(response: ServerResponse, answer: Answer): void {
  if (answer.kind === 'none') {
    response.destroy();
    return;
  }
  if (answer.kind === 'bytes') {
    response.writeHead(200, {
      'content-type': answer.mediaType,
      'content-length': answer.bytes.length,
    });
    if (answer.cutAt === undefined) response.end(answer.bytes);
    else response.write(answer.bytes.subarray(0, answer.cutAt), () => response.destroy());
    return;
  }
  const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body);
  response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
  response.end(text);
}

function failed(status: number, code: string, message: string): Answer {
  return { kind: 'json', status, body: { error: { code, message } } };
}

/** Starts an image and video provider that needs no key, no network and no GPU. */
export async function startSandboxProvider(
  options: SandboxProviderOptions,
): Promise<SandboxProvider> {
  const key = options.key ?? 'sandbox';
  const faults = createFaults();
  const store = await openJobStore(options.dataDir);
  const runner = createRunner({
    store,
    faults,
    speed: options.speed ?? 1,
    callbackSecret: options.callbackSecret ?? key,
    callbackRetryMs: options.callbackRetryMs ?? 1_000,
  });
  const routes = createRoutes({ store, runner, faults });

  async function answer(request: IncomingMessage): Promise<Answer> {
    const url = new URL(request.url ?? '/', 'http://sandbox');
    const shown = hash(request.headers.authorization ?? '');
    if (url.pathname.startsWith('/v1/') && !timingSafeEqual(shown, hash(`Bearer ${key}`))) {
      return failed(401, 'unauthorized', 'the bearer key is missing or wrong');
    }
    const found = routes.find(
      (route) => route.method === request.method && route.path.test(url.pathname),
    );
    if (found === undefined) return failed(404, 'not_found', 'no such address');
    const body = await readBody(request);
    if (body === undefined) return failed(413, 'invalid_request', 'the body is too large');
    const name = found.path.exec(url.pathname)?.[1] ?? '';
    const call: Call = { name: decodeURIComponent(name), query: url.searchParams, body };
    return found.answer(call);
  }

  const server = createServer((request, response) => {
    answer(request)
      .catch((error: unknown) =>
        failed(500, 'internal', error instanceof Error ? error.message : 'unknown'),
      )
      .then((given) => send(response, given))
      .catch(() => response.destroy());
  });
  const host = options.host ?? '127.0.0.1';
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, host, resolve);
  });
  for (const job of store.all()) runner.start(job);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${port}`,
    port,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      await runner.close();
      await store.close();
    },
  };
}
