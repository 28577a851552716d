/** A Bot API server that answers as the test says, well or badly, and remembers what it was asked. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import busboy from 'busboy';

export interface ReceivedFile {
  readonly field: string;
  readonly filename: string;
  readonly bytes: Buffer;
}

export interface ReceivedCall {
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly files: readonly ReceivedFile[];
  readonly at: number;
}

export type Reply =
  | { readonly result: unknown }
  | { readonly status: number; readonly description: string; readonly retryAfter?: number }
  /** The request was received, its answer is not given. */
  | 'drop'
  | 'silence';

export const token = '123456:AAE-secret-of-the-bot_0123456789abcdef';

export const refused = (status: number, description: string, retryAfter?: number): Reply => ({
  status,
  description,
  ...(retryAfter === undefined ? {} : { retryAfter }),
});

export const message = (fields: object = {}): Reply => ({
  result: { message_id: 77, date: 1, chat: { id: 5, type: 'private' }, ...fields },
});

export interface FakeBotApi {
  readonly apiRoot: string;
  readonly calls: ReceivedCall[];
  /** Replies in order; the last one is given again. */
  reply(method: string, ...replies: Reply[]): void;
  /** The reply depends on what was asked. */
  replyBy(method: string, replyTo: (params: ReceivedCall['params']) => Reply): void;
  serveFile(path: string, serve: (response: ServerResponse) => void): void;
  close(): Promise<void>;
}

export async function startFakeBotApi(): Promise<FakeBotApi> {
  const scripts = new Map<string, Reply[]>();
  const repliers = new Map<string, (params: ReceivedCall['params']) => Reply>();
  const files = new Map<string, (response: ServerResponse) => void>();
  const calls: ReceivedCall[] = [];

  const server = createServer((request, response) => {
    void answer(request, response);
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '';
    const file = files.get(path.replace(`/file/bot${token}/`, ''));
    if (file !== undefined) {
      file(response);
      return;
    }
    const method = path.replace(`/bot${token}/`, '');
    const body = await readBody(request);
    calls.push({ method, at: Date.now(), ...body });
    const script = scripts.get(method) ?? [refused(404, 'Not Found')];
    const scripted = script.length > 1 ? script.shift() : script[0];
    const reply = repliers.get(method)?.(body.params) ?? scripted;
    if (reply === undefined || reply === 'silence') return;
    if (reply === 'drop') return void request.socket.destroy();
    send(response, reply);
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    apiRoot: `http://127.0.0.1:${port}`,
    calls,
    reply: (method, ...replies) => void scripts.set(method, replies),
    replyBy: (method, replyTo) => void repliers.set(method, replyTo),
    serveFile: (path, serve) => void files.set(path, serve),
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

function send(response: ServerResponse, reply: Exclude<Reply, string>): void {
  if ('result' in reply) {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ ok: true, result: reply.result }));
    return;
  }
  const { status, description, retryAfter } = reply;
  const parameters = retryAfter === undefined ? {} : { parameters: { retry_after: retryAfter } };
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ ok: false, error_code: status, description, ...parameters }));
}

async function readBody(
  request: IncomingMessage,
): Promise<{ params: Record<string, unknown>; files: ReceivedFile[] }> {
  if (request.headers['content-type']?.startsWith('multipart/') === true) {
    return readMultipart(request);
  }
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  return {
    params: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
    files: [],
  };
}

function readMultipart(
  request: IncomingMessage,
): Promise<{ params: Record<string, unknown>; files: ReceivedFile[] }> {
  const params: Record<string, unknown> = {};
  const files: ReceivedFile[] = [];
  const form = busboy({ headers: request.headers });
  form.on('field', (name, value) => {
    params[name] = value;
  });
  form.on('file', (field, stream, info) => {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      files.push({ field, filename: info.filename ?? '', bytes: Buffer.concat(chunks) });
    });
  });
  return new Promise((resolve, reject) => {
    form.on('close', () => {
      resolve({ params, files });
    });
    form.on('error', reject);
    request.pipe(form);
  });
}
