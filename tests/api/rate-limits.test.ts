import request from 'supertest';
import { defaultRateLimits } from '../../src/api/rate-limits';
import { adminKey, makeApi, webhookSecret } from './fixture';

const few = { webhook: 3, callback: 3, health: 3, page: 3, admin: 3, refused: 2 };

describe('rate limits', () => {
  test.each([
    ['get', '/', 3],
    ['get', '/docs', 3],
    ['get', '/health', 3],
    ['post', '/providers/none/callback', 3],
    ['get', '/admin/stats', 2],
    ['post', '/telegram/webhook', 2],
  ] as const)('stop %s %s after %i requests', async (method, path, limit) => {
    const { app } = makeApi({ rateLimits: few });
    for (let n = 0; n < limit; n += 1) {
      expect((await request(app)[method](path)).status).not.toBe(429);
    }
    const answer = await request(app)[method](path);
    expect([answer.status, answer.type]).toEqual([429, 'application/problem+json']);
    expect(answer.body.code).toBe('TOO_MANY_REQUESTS');
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
  });

  test('for wrong keys do not count right ones', async () => {
    const { app } = makeApi({ rateLimits: { refused: 2 } });
    const send = () =>
      request(app)
        .post('/telegram/webhook')
        .set('X-Telegram-Bot-Api-Secret-Token', webhookSecret)
        .send({ update_id: 1 });
    for (let n = 0; n < 5; n += 1) expect((await send()).status).toBe(200);
  });

  test('for wrong keys do not turn away right ones that come together', async () => {
    const { app } = makeApi({ rateLimits: { refused: 2 } });
    const server = app.listen(0);
    const send = () =>
      request(server)
        .post('/telegram/webhook')
        .set('X-Telegram-Bot-Api-Secret-Token', webhookSecret)
        .send({ update_id: 1 });
    const answers = await Promise.all(Array.from({ length: 20 }, send));
    server.close();
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
  });

  test('of one kind of route leave the others alone', async () => {
    const { app } = makeApi({ rateLimits: { page: 1 } });
    await request(app).get('/');
    expect((await request(app).get('/')).status).toBe(429);
    expect((await request(app).get('/health')).status).toBe(200);
    const stats = await request(app).get('/admin/stats').set('X-Admin-API-Key', adminKey);
    expect(stats.status).toBe(200);
  });

  test('count callers behind a known proxy apart, and believe nobody else', async () => {
    const ask = (app: ReturnType<typeof makeApi>['app'], address: string) =>
      request(app).get('/').set('X-Forwarded-For', address);
    const behindProxy = makeApi({ rateLimits: { page: 1 } }, { API_PROXY_HOPS: '1' }).app;
    expect((await ask(behindProxy, '203.0.113.1')).status).toBe(200);
    expect((await ask(behindProxy, '203.0.113.2')).status).toBe(200);
    expect((await ask(behindProxy, '203.0.113.1')).status).toBe(429);
    const direct = makeApi({ rateLimits: { page: 1 } }).app;
    expect((await ask(direct, '203.0.113.1')).status).toBe(200);
    expect((await ask(direct, '203.0.113.2')).status).toBe(429);
  });

  test('let through what Telegram sends at its busiest', () => {
    expect(defaultRateLimits.webhook).toBeGreaterThanOrEqual(200 * 60);
  });
});
