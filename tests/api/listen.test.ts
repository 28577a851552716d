import { Agent, get as httpGet, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { listen } from '../../src/api/listen';

const at = { host: '127.0.0.1', port: 0 };
const ok = (_request: IncomingMessage, response: ServerResponse) => response.end('ok');

/** A server whose one request hangs until it is let go. */
async function holding() {
  let arrived: () => void = () => undefined;
  let letGo: () => void = () => undefined;
  const hasArrived = new Promise<void>((resolve) => (arrived = resolve));
  const server = await listen((_request, response) => {
    letGo = () => response.end('done');
    arrived();
  }, at);
  return { server, hasArrived, letGo: () => letGo() };
}

describe('listen', () => {
  test('tells the address it serves on, also when any port will do', async () => {
    const server = await listen(ok, at);
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d{2,5}$/);
    expect(await (await fetch(server.url)).text()).toBe('ok');
    await server.close();
  });

  test('a busy port is one sentence that says what to do', async () => {
    const server = await listen(ok, at);
    const port = Number(new URL(server.url).port);
    await expect(listen(ok, { ...at, port })).rejects.toThrow(
      `Another program listens on 127.0.0.1:${port} already. Stop it or set API_PORT`,
    );
    await server.close();
  });

  test('an address of another machine is one sentence that says what to do', async () => {
    await expect(listen(ok, { host: '203.0.113.1', port: 0 })).rejects.toThrow(/Set API_HOST/);
  });

  test('closing lets a running request end and takes no new connection', async () => {
    const { server, hasArrived, letGo } = await holding();
    const answer = fetch(server.url);
    await hasArrived;
    const closed = server.close();
    await expect(fetch(`${server.url}/another`)).rejects.toThrow();
    letGo();
    expect(await (await answer).text()).toBe('done');
    await closed;
  });

  test('closing does not wait for kept-alive connections that are idle', async () => {
    const server = await listen(ok, at);
    const agent = new Agent({ keepAlive: true });
    await new Promise<void>((resolve, reject) => {
      httpGet(server.url, { agent }, (response) => response.resume().on('end', resolve)).on(
        'error',
        reject,
      );
    });
    await expect(server.close(60_000)).resolves.toBeUndefined();
    agent.destroy();
  });

  test('closing cuts what does not end within the grace time', async () => {
    const { server, hasArrived } = await holding();
    const answer = fetch(server.url);
    const ended = answer.then(
      () => 'answered',
      () => 'cut',
    );
    await hasArrived;
    await server.close(20);
    expect(await ended).toBe('cut');
  });

  test('closing cuts a connection that never sends a request', async () => {
    const server = await listen(ok, at);
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    const isCut = new Promise<string>((resolve) => socket.once('close', () => resolve('cut')));
    await new Promise<void>((resolve) => socket.once('connect', () => resolve()));
    socket.on('error', () => undefined);
    await server.close(20);
    expect(await isCut).toBe('cut');
  });
});
