import request from 'supertest';
import { within } from '../../src/api/within';
import { adminKey, makeApi } from './fixture';

describe('health', () => {
  test('/health asks nobody', async () => {
    const api = makeApi();
    const answer = await request(api.app).get('/health');
    expect([answer.status, answer.body]).toEqual([200, { status: 'ok' }]);
    expect(api.deps.checkDatabase).not.toHaveBeenCalled();
    expect(api.deps.engine.health).not.toHaveBeenCalled();
  });

  test('/health/db and /health/temporal ask the one they are named for', async () => {
    const api = makeApi();
    expect((await request(api.app).get('/health/db')).body).toMatchObject({ status: 'ok' });
    expect(api.deps.engine.health).not.toHaveBeenCalled();
    expect((await request(api.app).get('/health/temporal')).body).toMatchObject({ status: 'ok' });
    expect(api.deps.checkDatabase).toHaveBeenCalledTimes(1);
  });

  test.each([
    ['/health/db', 'Postgres'],
    ['/health/temporal', 'Temporal'],
  ])('%s says 503 and which part is ill, without its error', async (path, name) => {
    const fail = () => Promise.reject(new Error('connect ECONNREFUSED 10.1.2.3'));
    const engine = { ...makeApi().deps.engine, health: fail };
    const answer = await request(makeApi({ checkDatabase: fail, engine }).app).get(path);
    expect([answer.status, answer.body.retry]).toEqual([503, true]);
    expect(answer.body.detail).toContain(name);
    expect(answer.text).not.toContain('10.1.2.3');
  });

  test('what never answers is given up on in time', async () => {
    jest.useFakeTimers();
    try {
      const outcome = within(2000, new Promise(() => undefined)).catch((error: unknown) => error);
      await jest.advanceTimersByTimeAsync(2000);
      expect(await outcome).toEqual(new Error('No answer within 2000 ms'));
      expect(jest.getTimerCount()).toBe(0);
    } finally {
      jest.useRealTimers();
    }
  });

  test('what answers in time leaves no timer behind', async () => {
    jest.useFakeTimers();
    try {
      await expect(within(2000, Promise.resolve('here'))).resolves.toBe('here');
      expect(jest.getTimerCount()).toBe(0);
    } finally {
      jest.useRealTimers();
    }
  });
});

describe('metrics', () => {
  test('tell of this process and of requests by route, never by id', async () => {
    const { app } = makeApi();
    await request(app).get('/admin/payments/secret-id').set('X-Admin-API-Key', adminKey);
    await request(app).get('/no/such/address');
    const answer = await request(app).get('/metrics');
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toContain('text/plain; version=0.0.4');
    expect(answer.text).toContain('process_cpu_seconds_total');
    expect(answer.text).toMatch(
      /easel_http_request_seconds_count\{method="GET",route="\/admin\/payments\/:id",status="404"\} 1/,
    );
    expect(answer.text).toMatch(/route="unmatched",status="404"\} 1/);
    expect(answer.text).not.toMatch(/secret-id|no\/such/);
  });

  test('ask for the admin key where the world can reach them', async () => {
    const { app } = makeApi({}, { PUBLIC_URL: 'https://bot.example.org' });
    expect((await request(app).get('/metrics')).status).toBe(401);
    const asPrometheus = { Authorization: `Bearer ${adminKey}` };
    expect((await request(app).get('/metrics').set(asPrometheus)).status).toBe(200);
  });
});
