/**
 * Telegram as cheap as it can be, behind the same HTTP: takes every call and answers it as a sent
 * message. A process of its own, so that Easel's calls cost what calls cost and nothing more.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

let messages = 0;
const server = createServer((request, response) => {
  request.resume();
  request.once('end', () => {
    messages += 1;
    const result = { message_id: messages, date: 1, chat: { id: 1, type: 'private' } };
    const body = JSON.stringify({ ok: true, result });
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
    response.end(body);
  });
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.send?.({ name: 'ready', url: `http://127.0.0.1:${port}` });
});
