import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exchange, jsonOf, LostAnswerError, retryAfterMs } from '../../src/http/exchange';

let server: Server | undefined;

async function serve(listener: RequestListener): Promise<URL> {
  const started = createServer(listener).listen(0, '127.0.0.1');
  server = started;
  await new Promise((resolve) => started.once('listening', resolve));
  return new URL(`http://127.0.0.1:${(started.address() as AddressInfo).port}/`);
}

async function close(): Promise<void> {
  const closing = server;
  server = undefined;
  closing?.closeAllConnections();
  await new Promise((resolve) => (closing ? closing.close(resolve) : resolve(undefined)));
}

afterEach(close);

const usual = { method: 'POST', body: '{}', timeoutMs: 5_000, lostMeans: 'unknown' } as const;

async function meaningOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(() => undefined).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(LostAnswerError);
  return (error as LostAnswerError).means;
}

test('the bytes arrive as they were given and the answer comes with its status', async () => {
  let seen = '';
  const url = await serve((request, response) => {
    request.setEncoding('utf8').on('data', (chunk: string) => (seen += chunk));
    request.on('end', () => response.writeHead(201).end('{"a":1}'));
  });
  const answer = await exchange(fetch, { ...usual, url, body: '{"x":"a\\/b" }' });
  expect([seen, answer.status, jsonOf(answer)]).toEqual(['{"x":"a\\/b" }', 201, { a: 1 }]);
});

test('an address where nobody listens was never reached', async () => {
  const url = await serve(() => undefined);
  await close();
  expect(await meaningOf(exchange(fetch, { ...usual, url }))).toBe('transient');
});

test('a connection cut after the request is a lost answer', async () => {
  const url = await serve((request) => request.socket.destroy());
  expect(await meaningOf(exchange(fetch, { ...usual, url }))).toBe('unknown');
  const reading = exchange(fetch, { ...usual, url, lostMeans: 'transient' });
  expect(await meaningOf(reading)).toBe('transient');
});

test('an answer cut in its middle is lost, a refusal cut in its middle is a refusal', async () => {
  let status = 200;
  const url = await serve((request, response) => {
    response.writeHead(status, { 'content-length': 100 }).write('{"half":');
    setImmediate(() => request.socket.destroy());
  });
  expect(await meaningOf(exchange(fetch, { ...usual, url }))).toBe('unknown');
  status = 409;
  const refused = await exchange(fetch, { ...usual, url });
  expect([refused.status, refused.body]).toEqual([409, undefined]);
});

test('an answer that does not end within the time is lost', async () => {
  const url = await serve((_request, response) => response.writeHead(200).write('{'));
  expect(await meaningOf(exchange(fetch, { ...usual, url, timeoutMs: 50 }))).toBe('unknown');
});

test('an answer larger than allowed has no body, whatever its headers say', async () => {
  const url = await serve((_request, response) => {
    response.writeHead(200);
    response.write('x'.repeat(60));
    response.end('x'.repeat(60));
  });
  expect((await exchange(fetch, { ...usual, url, bytesMax: 100 })).body).toBeUndefined();
  expect((await exchange(fetch, { ...usual, url, bytesMax: 120 })).body).toHaveLength(120);
});

test('a redirect is not followed: the body and the keys were meant for this address', async () => {
  const url = await serve((_request, response) => {
    response.writeHead(307, { location: 'http://127.0.0.1:9/' }).end();
  });
  expect(await meaningOf(exchange(fetch, { ...usual, url }))).toBe('unknown');
});

test('a wait asked for in seconds or by a date is read, nonsense is not', async () => {
  const asked = (value: string): number | undefined =>
    retryAfterMs({
      status: 429,
      ok: false,
      headers: new Headers({ 'retry-after': value }),
      body: undefined,
    });
  expect([asked('7'), asked('Thu, 01 Jan 1970 00:00:00 GMT'), asked('soon')]).toEqual([
    7_000,
    0,
    undefined,
  ]);
});
