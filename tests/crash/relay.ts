/**
 * Stands between Easel and a sandbox, on the wire: makes calls fail as networks do and keeps a book of
 * what really happened. The book outlives the processes on both sides.
 */
import { createServer, request as ask, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** fail: never reaches the sandbox, 502. drop: takes effect there, the answer is lost. */
export type Weather = 'fine' | 'fail' | 'drop';

export interface Exchange {
  readonly path: string;
  readonly sent: Buffer;
  readonly status: number;
  readonly received: Buffer;
  /** Whether the answer reached the caller, who may be dead by then. */
  readonly answered: boolean;
}

export interface RelayOptions {
  /** 0 picks a free one. */
  readonly port: number;
  readonly targetPort: number;
  weather(path: string): Weather;
  /** Told of everything that took effect; the answer is held back until it is done. */
  note(exchange: Exchange): void | Promise<void>;
}

export interface Relay {
  readonly url: string;
  close(): Promise<void>;
}

export async function openRelay(options: RelayOptions): Promise<Relay> {
  const server = createServer((request, response) => {
    void relay(options, request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function relay(
  options: RelayOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = request.url ?? '/';
  const weather = options.weather(path);
  const sent = await readAll(request);
  if (weather === 'fail') {
    const body = { ok: false, error_code: 502, description: 'Bad Gateway' };
    response.writeHead(502, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    return;
  }
  const answer = await forward(options.targetPort, { request, response, sent });
  const received = await readAll(answer);
  const status = answer.statusCode ?? 0;
  const isThere = weather === 'fine' && !response.destroyed;
  await options.note({ path, sent, status, received, answered: isThere });
  if (!isThere) {
    response.destroy();
    return;
  }
  const { 'transfer-encoding': _chunked, connection: _hop, ...headers } = answer.headers;
  response.writeHead(status, headers).end(received);
}

function forward(
  port: number,
  call: { request: IncomingMessage; response: ServerResponse; sent: Buffer },
): Promise<IncomingMessage> {
  const { request, response, sent } = call;
  return new Promise((resolve, reject) => {
    const { method, headers, url: path } = request;
    const onward = ask({ host: '127.0.0.1', port, method, path, headers }, resolve);
    onward.once('error', reject);
    // A long poll nobody waits for any more must not keep its updates.
    response.once('close', () => onward.destroy());
    onward.end(sent);
  });
}

async function readAll(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
