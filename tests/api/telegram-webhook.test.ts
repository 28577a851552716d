import request from 'supertest';
import { makeApi, webhookSecret, type Fixture } from './fixture';

const secretHeader = 'X-Telegram-Bot-Api-Secret-Token';
const update = { update_id: 7, message: { text: 'a very private wish' } };

function send({ app }: Fixture) {
  return request(app).post('/telegram/webhook').set(secretHeader, webhookSecret);
}

describe('the Telegram webhook', () => {
  test('answers 200 only after the update was handled', async () => {
    const handleUpdate = jest.fn(() => Promise.resolve('done' as const));
    const answer = await send(makeApi({ handleUpdate })).send(update);
    expect([answer.status, answer.body]).toEqual([200, { ok: true }]);
    expect(handleUpdate).toHaveBeenCalledWith(update);
  });

  test('asks Telegram to come again when another process has the update', async () => {
    const api = makeApi({ handleUpdate: () => Promise.resolve('busy') });
    const answer = await send(api).send(update);
    expect([answer.status, answer.body.code, answer.body.retry]).toEqual([
      503,
      'TELEGRAM_BUSY',
      true,
    ]);
  });

  test('answers 500 without a stack trace when the effect could not be stored', async () => {
    const api = makeApi({ handleUpdate: () => Promise.reject(new Error('disk is full')) });
    const answer = await send(api).send(update);
    expect([answer.status, answer.body.code]).toEqual([500, 'INTERNAL']);
    expect(answer.text).not.toMatch(/disk is full|at .*\.ts/);
    expect(api.log()).toContain('disk is full');
  });

  test.each([
    ['no secret', undefined],
    ['an empty secret', ''],
    ['a wrong secret of the same length', 'x'.repeat(webhookSecret.length)],
    ['the beginning of the secret', webhookSecret.slice(0, -1)],
    ['a longer secret', `${webhookSecret}x`],
  ])('never looks at an update that comes with %s', async (_what, secret) => {
    const api = makeApi();
    const call = request(api.app).post('/telegram/webhook');
    if (secret !== undefined) call.set(secretHeader, secret);
    const answer = await call.send(update);
    expect([answer.status, answer.body.code]).toEqual([401, 'UNAUTHORIZED']);
    expect(api.deps.handleUpdate).not.toHaveBeenCalled();
  });

  test('does not read the body of a stranger, however large or broken', async () => {
    const answer = await request(makeApi().app)
      .post('/telegram/webhook')
      .set('Content-Type', 'application/json')
      .send('{"broken'.padEnd(2_000_000, 'x'));
    expect(answer.status).toBe(401);
  });

  test('is off, and says how to turn it on, when no secret is set', async () => {
    const api = makeApi({}, { TELEGRAM_WEBHOOK_SECRET: undefined });
    const answer = await request(api.app).post('/telegram/webhook').send(update);
    expect([answer.status, answer.body.code]).toEqual([404, 'NOT_FOUND']);
    expect(answer.body.detail).toContain('TELEGRAM_WEBHOOK_SECRET');
  });

  test.each([
    ['nothing', ''],
    ['half of a JSON object', '{"update_id": 7'],
    ['bare text', 'hello'],
    ['a JSON number', '7'],
    ['null', 'null'],
    ['an array', '[]'],
    ['no update_id', '{"message": {}}'],
    ['a text update_id', '{"update_id": "7"}'],
    ['a negative update_id', '{"update_id": -1}'],
    ['a fraction as update_id', '{"update_id": 1.5}'],
    ['an update_id too large to be exact', '{"update_id": 9007199254740993}'],
  ])('refuses %s with a problem and handles nothing', async (_what, body) => {
    const api = makeApi();
    const answer = await send(api).set('Content-Type', 'application/json').send(body);
    expect([answer.status, answer.body.code]).toEqual([400, 'INVALID_INPUT']);
    expect(answer.type).toBe('application/problem+json');
    expect(api.deps.handleUpdate).not.toHaveBeenCalled();
  });

  test('refuses a body of more than 1 MB', async () => {
    const api = makeApi();
    const answer = await send(api).send({ update_id: 7, text: 'x'.repeat(1_100_000) });
    expect([answer.status, answer.body.code]).toEqual([413, 'INVALID_INPUT']);
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
    'refuses %s',
    async (type) => {
      const answer = await send(makeApi()).set('Content-Type', type).send('update_id=7');
      expect([answer.status, answer.body.code]).toEqual([415, 'INVALID_INPUT']);
    },
  );

  test('refuses an encoding it cannot read', async () => {
    const answer = await send(makeApi())
      .set('Content-Type', 'application/json')
      .set('Content-Encoding', 'zebra')
      .send('{}');
    expect([answer.status, answer.body.code]).toEqual([415, 'INVALID_INPUT']);
  });

  test('writes neither the secret nor what people wrote to the log', async () => {
    const api = makeApi({ handleUpdate: () => Promise.reject(new Error(`bad ${webhookSecret}`)) });
    await send(api).send(update);
    await request(api.app)
      .post('/telegram/webhook?token=query-secret')
      .set(secretHeader, 'guess-1');
    expect(api.log()).toContain('/telegram/webhook');
    expect(api.log()).not.toMatch(/very private wish|query-secret|guess-1/);
    expect(api.log()).not.toContain(webhookSecret);
  });
});
