import { createHmac, timingSafeEqual } from 'node:crypto';
import request from 'supertest';
import { AppError } from '../../src/domain/errors';
import { ProviderError } from '../../src/providers/provider';
import { makeApi } from './fixture';

const key = 'signing-key-of-the-tests';
const sign = (body: string) => createHmac('sha256', key).update(body).digest('hex');

/** Signs the bare bytes, as real ones do. */
const painter = {
  readCallback: (rawBody: Buffer, headers: Readonly<Record<string, string>>) => {
    const expected = Buffer.from(createHmac('sha256', key).update(rawBody).digest('hex'));
    const shown = Buffer.from(headers['x-signature'] ?? '');
    if (shown.length !== expected.length || !timingSafeEqual(shown, expected)) {
      throw new ProviderError('auth', 'wrong signature');
    }
    return (JSON.parse(rawBody.toString()) as { reference?: string }).reference;
  },
};

function withPainter(override: Parameters<typeof makeApi>[0] = {}) {
  return makeApi({
    findProvider: (id) => ({ painter, 'polls-only': {} })[id],
    ...override,
  });
}

function call({ app }: ReturnType<typeof makeApi>, body: string, signature = sign(body)) {
  return request(app)
    .post('/providers/painter/callback')
    .set('Content-Type', 'application/json')
    .set('X-Signature', signature)
    .send(body);
}

describe('the provider callback', () => {
  test('wakes the generation it is about', async () => {
    const api = withPainter();
    const answer = await call(api, '{ "reference":"gen1" }');
    expect([answer.status, answer.body]).toEqual([200, { ok: true }]);
    expect(api.deps.engine.wakeGeneration).toHaveBeenCalledWith('gen1');
  });

  test('reads the very bytes that were signed, whatever their type', async () => {
    const api = withPainter();
    const body = '{"reference":"gen1",  "é": "\\u00e9"}\n';
    const answer = await call(api, body).set('Content-Type', 'text/plain; charset=latin1');
    expect(answer.status).toBe(200);
  });

  test('answers 200 when the generation has ended, so that the provider stops repeating', async () => {
    const wakeGeneration = () => Promise.reject(new AppError('NOT_FOUND', 'ended'));
    const engine = { ...makeApi().deps.engine, wakeGeneration };
    expect((await call(withPainter({ engine }), '{"reference":"gen1"}')).status).toBe(200);
  });

  test('answers 500 when Temporal is away, so that the provider repeats', async () => {
    const wakeGeneration = () => Promise.reject(new Error('UNAVAILABLE'));
    const engine = { ...makeApi().deps.engine, wakeGeneration };
    expect((await call(withPainter({ engine }), '{"reference":"gen1"}')).status).toBe(500);
  });

  test('answers 200 to a signed callback about nothing of ours', async () => {
    const api = withPainter();
    expect((await call(api, '{}')).status).toBe(200);
    expect(api.deps.engine.wakeGeneration).not.toHaveBeenCalled();
  });

  test.each([
    ['no signature', ''],
    ['a wrong signature', '0'.repeat(64)],
    ['the signature of another body', sign('{"reference":"gen2"}')],
  ])('refuses %s and wakes nobody', async (_what, signature) => {
    const api = withPainter();
    const answer = await call(api, '{"reference":"gen1"}', signature);
    expect([answer.status, answer.body.code]).toEqual([401, 'UNAUTHORIZED']);
    expect(api.deps.engine.wakeGeneration).not.toHaveBeenCalled();
  });

  test('an empty body is unsigned, not a crash', async () => {
    const answer = await request(withPainter().app).post('/providers/painter/callback');
    expect(answer.status).toBe(401);
  });

  test('a mistake of the adapter is ours, not the caller’s', async () => {
    const readCallback = () => {
      throw new TypeError('undefined is not a function');
    };
    const answer = await call(makeApi({ findProvider: () => ({ readCallback }) }), '{}');
    expect([answer.status, answer.body.code]).toEqual([500, 'INTERNAL']);
  });

  test.each(['nobody', 'polls-only', '__proto__', '%2e%2e', 'x'.repeat(100)])(
    'answers no for provider %s',
    async (id) => {
      const answer = await request(withPainter().app).post(`/providers/${id}/callback`).send('{}');
      expect([400, 404]).toContain(answer.status);
      expect(answer.type).toBe('application/problem+json');
    },
  );

  test('refuses more than 1 MB', async () => {
    expect((await call(withPainter(), 'x'.repeat(1_100_000))).status).toBe(413);
  });
});
