import { troubleOf } from '../../src/telegram/errors';

const network = (reason: string, code: string) =>
  Object.assign(new Error(`request to https://example.org/ failed, reason: ${reason}`), { code });

test.each([
  network('connect ECONNREFUSED 127.0.0.1:9', 'ECONNREFUSED'),
  network('getaddrinfo ENOTFOUND api.telegram.org', 'ENOTFOUND'),
  network('getaddrinfo EAI_AGAIN api.telegram.org', 'EAI_AGAIN'),
  network('connect ETIMEDOUT 10.0.0.1:443', 'ETIMEDOUT'),
  network('', 'ETIMEDOUT'),
  network('certificate has expired', 'CERT_HAS_EXPIRED'),
  network('self-signed certificate', 'DEPTH_ZERO_SELF_SIGNED_CERT'),
  network(
    'Client network socket disconnected before secure TLS connection was established',
    'ECONNRESET',
  ),
])('%s: the request never reached Telegram', (error) => {
  expect(troubleOf(error)).toEqual({ kind: 'not-sent', description: error.code });
});

test.each([
  network('socket hang up', 'ECONNRESET'),
  network('read ECONNRESET', 'ECONNRESET'),
  network('read ETIMEDOUT', 'ETIMEDOUT'),
  network('write EPIPE', 'EPIPE'),
])('%s: Telegram may have done it', (error) => {
  expect(troubleOf(error)).toEqual({ kind: 'lost', description: error.code });
});

test('anything unknown counts as perhaps done', () => {
  expect(troubleOf(new SyntaxError('Unexpected token'))).toMatchObject({ kind: 'lost' });
  expect(troubleOf('?')).toMatchObject({ kind: 'lost' });
});
