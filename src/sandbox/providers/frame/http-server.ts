/** HTTP as every provider's stand-in speaks it: raw bodies in, one of three kinds of answer out. */
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

const bodyBytesMax = 128 * 1024 * 1024;

export interface Call {
  readonly method: string;
  readonly path: string;
  /** What the groups of the route's path matched, decoded. */
  readonly names: readonly string[];
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** As it came, for signatures are made over these bytes. */
  readonly body: Buffer;
  /** The address the caller used, to build links with; no slash at its end. */
  readonly base: string;
}

export type Answer =
  | {
      readonly kind: 'json';
      readonly status: number;
      /** A string goes out as it is. */
      readonly body: unknown;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | {
      readonly kind: 'bytes';
      readonly mediaType: string;
      readonly bytes: Buffer;
      /** The connection is dropped after so many bytes. */
      readonly cutAt?: number;
    }
  // The connection is dropped without an answer.
  | { readonly kind: 'none' };

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: RegExp;
  answer(call: Call): Promise<Answer>;
}

export interface ServeOptions {
  /** 0 picks a free one. */
  readonly port: number;
  /** 127.0.0.1 unless told. */
  readonly host?: string | undefined;
  readonly routes: readonly Route[];
  /** Looks at a call before its route does; its answer, if any, is the answer. */
  readonly guard: (call: Call) => Answer | undefined;
  /** What is said when there is no such address (404) or something broke (413, 500). */
  readonly problem: (status: number, message: string) => Answer;
}

export interface Served {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/** A JSON answer; 200 unless told. */
export function json(body: unknown, status = 200): Answer {
  return { kind: 'json', status, body };
}

/** The body as JSON; undefined when it is none. */
export function jsonBody(call: Pick<Call, 'body'>): unknown {
  try {
    return JSON.parse(call.body.toString('utf8'));
  } catch {
    return undefined;
  }
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

async function answerTo(request: IncomingMessage, options: ServeOptions): Promise<Answer> {
  const base = `http://${request.headers.host ?? 'localhost'}`;
  const url = new URL(request.url ?? '/', base);
  const method = request.method ?? 'GET';
  const route = options.routes.find(
    (each) => each.method === method && each.path.test(url.pathname),
  );
  const body = await readBody(request);
  if (body === undefined) return options.problem(413, 'the body is too large');
  const call: Call = {
    method,
    path: url.pathname,
    names: [...(route?.path.exec(url.pathname) ?? [])].slice(1).map(decodeURIComponent),
    query: url.searchParams,
    headers: request.headers,
    body,
    base,
  };
  return (
    options.guard(call) ??
    (await route?.answer(call)) ??
    options.problem(404, 'there is no such address')
  );
}

/** Listens; resolves when calls are taken. */
export async function serve(options: ServeOptions): Promise<Served> {
  const server = createServer((request, response) => {
    answerTo(request, options)
      .catch((error: unknown) =>
        options.problem(500, error instanceof Error ? error.message : 'unknown'),
      )
      .then((answer) => send(response, answer))
      .catch(() => response.destroy());
  });
  const host = options.host ?? '127.0.0.1';
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${port}`,
    port,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
