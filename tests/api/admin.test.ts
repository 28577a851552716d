import fc from 'fast-check';
import request from 'supertest';
import { refundBody } from '../../src/api/routes/admin-schemas';
import { AppError } from '../../src/domain/errors';
import { readRefundRequest } from '../../src/domain/refund';
import { adminKey, makeApi } from './fixture';

const keyHeader = 'X-Admin-API-Key';
const refund = { id: 'r1', actor: '900009', reason: 'bad result' };
const routes = [
  ['post', '/admin/payments/pay1/refunds'],
  ['post', '/admin/generations/gen1/refunds'],
  ['get', '/admin/payments/pay1'],
  ['get', '/admin/generations/gen1'],
  ['get', '/admin/stats'],
  ['get', '/admin/audit'],
] as const;

type Api = ReturnType<typeof makeApi>;
const get = ({ app }: Api, path: string) => request(app).get(path).set(keyHeader, adminKey);
const post = ({ app }: Api, path: string) => request(app).post(path).set(keyHeader, adminKey);

describe.each(routes)('%s %s', (method, path) => {
  test.each([
    ['without a key', undefined],
    ['with an empty key', ''],
    ['with a wrong key', 'x'.repeat(adminKey.length)],
    ['with part of the key', adminKey.slice(0, -1)],
  ])('is refused %s and nothing happens', async (_what, key) => {
    const api = makeApi();
    const call = request(api.app)[method](path);
    if (key !== undefined) call.set(keyHeader, key);
    const answer = await call.send(method === 'post' ? refund : undefined);
    expect([answer.status, answer.body.code]).toEqual([401, 'UNAUTHORIZED']);
    expect(api.deps.engine.refundPayment).not.toHaveBeenCalled();
    expect(api.deps.engine.refundGeneration).not.toHaveBeenCalled();
    expect(api.log()).not.toContain('x'.repeat(adminKey.length));
  });

  test('says how to turn the admin API on when it is off', async () => {
    const api = makeApi({}, { ADMIN_API_KEY: undefined });
    const answer = await request(api.app)[method](path).set(keyHeader, '');
    expect([answer.status, answer.body.code]).toEqual([404, 'NOT_FOUND']);
    expect(answer.body.detail).toContain('ADMIN_API_KEY');
  });
});

describe('a refund by the API', () => {
  test('of a payment signals its workflow and tells where to look', async () => {
    const api = makeApi();
    const wish = { ...refund, reason: ' because ', amount: '35', chargeId: 'c1', force: true };
    const answer = await post(api, '/admin/payments/pay1/refunds').send(wish);
    expect(answer.status).toBe(202);
    expect(answer.headers['location']).toBe('/admin/payments/pay1');
    expect(answer.body).toEqual({ accepted: true, refundId: 'r1', state: '/admin/payments/pay1' });
    expect(api.deps.engine.refundPayment).toHaveBeenCalledWith(
      {
        paymentId: 'pay1',
        personId: 'person-1',
        system: 'stars',
        packTokens: '25',
        expiryMs: 900_000,
        refundWindowMs: 1_814_400_000,
      },
      { ...wish, reason: 'because' },
    );
  });

  test('of a generation signals its workflow and tells where to look', async () => {
    const api = makeApi();
    const answer = await post(api, '/admin/generations/gen1/refunds').send(refund);
    expect(answer.status).toBe(202);
    expect(answer.headers['location']).toBe('/admin/generations/gen1');
    expect(api.deps.engine.refundGeneration).toHaveBeenCalledWith('gen1', refund);
  });

  test('of a generation whose complaint window is over says so', async () => {
    const refundGeneration = () => Promise.reject(new AppError('NOT_FOUND', 'closed'));
    const api = makeApi({ engine: { ...makeApi().deps.engine, refundGeneration } });
    const answer = await post(api, '/admin/generations/gen1/refunds').send(refund);
    expect([answer.status, answer.body.code]).toEqual([404, 'NOT_FOUND']);
    expect(answer.body.detail).toContain('complaint window');
  });

  test.each(['payments', 'generations'])('of unknown %s signals nobody', async (kind) => {
    const api = makeApi();
    const answer = await post(api, `/admin/${kind}/unknown/refunds`).send(refund);
    expect([answer.status, answer.body.code]).toEqual([404, 'NOT_FOUND']);
    expect(api.deps.engine.refundPayment).not.toHaveBeenCalled();
    expect(api.deps.engine.refundGeneration).not.toHaveBeenCalled();
  });

  test.each([
    ['payments/pay1', 'refund_payment', 'payment:pay1'],
    ['generations/gen1', 'refund_generation', 'generation:gen1'],
  ])('of %s by somebody who is no admin is refused and audited', async (path, action, target) => {
    const api = makeApi();
    const answer = await post(api, `/admin/${path}/refunds`).send({ ...refund, actor: '900001' });
    expect([answer.status, answer.body.code]).toEqual([403, 'REFUND_ACTOR_UNKNOWN']);
    expect(api.deps.audit.record).toHaveBeenCalledWith({
      actor: '900001',
      action,
      target,
      reason: 'bad result',
      outcome: 'REFUND_ACTOR_UNKNOWN',
    });
    expect(api.deps.engine.refundPayment).not.toHaveBeenCalled();
    expect(api.deps.engine.refundGeneration).not.toHaveBeenCalled();
  });

  test.each([
    ['body', {}],
    ['body.id', { ...refund, id: '' }],
    ['body.id', { ...refund, id: 'a b' }],
    ['body.id', { ...refund, id: 'x'.repeat(65) }],
    ['body.id', { ...refund, id: 7 }],
    ['body.actor', { ...refund, actor: 900009 }],
    ['body.actor', { ...refund, actor: '-1' }],
    ['body.reason', { ...refund, reason: '   ' }],
    ['body.reason', { ...refund, reason: 'x'.repeat(501) }],
    ['body.amount', { ...refund, amount: '0' }],
    ['body.amount', { ...refund, amount: '-5' }],
    ['body.amount', { ...refund, amount: '1.5' }],
    ['body.amount', { ...refund, amount: '1e3' }],
    ['body.amount', { ...refund, amount: 5 }],
    ['body.amount', { ...refund, amount: '99999999999999' }],
    ['body.chargeId', { ...refund, chargeId: 'x'.repeat(256) }],
    ['body.force', { ...refund, force: 'yes' }],
    ['body', { ...refund, forse: true }],
    ['body', []],
  ])('with a wrong %s is refused, the field named, its value not repeated', async (field, body) => {
    const api = makeApi();
    const answer = await post(api, '/admin/payments/pay1/refunds').send(body);
    expect([answer.status, answer.body.code]).toEqual([400, 'INVALID_INPUT']);
    expect(answer.body.errors[0].field.startsWith(field)).toBe(true);
    expect(answer.text).not.toMatch(/x{65}|forse|99999999999999/);
    expect(api.deps.engine.refundPayment).not.toHaveBeenCalled();
  });

  test.each([
    ['no body', '', 'application/json', 400],
    ['half a body', '{"id":', 'application/json', 400],
    ['a form', 'id=r1', 'application/x-www-form-urlencoded', 415],
    ['a huge body', `{"id":"${'x'.repeat(1_100_000)}"}`, 'application/json', 413],
  ])('with %s is a problem', async (_what, body, type, status) => {
    const call = post(makeApi(), '/admin/payments/pay1/refunds').set('Content-Type', type);
    const answer = await call.send(body);
    expect([answer.status, answer.body.code]).toEqual([status, 'INVALID_INPUT']);
    expect(answer.type).toBe('application/problem+json');
  });

  test.each(['%00', 'a%20b', 'x'.repeat(200), "'%20OR%201=1", '..%2f..'])(
    'for the id %s never reaches the stores',
    async (id) => {
      const answer = await get(makeApi(), `/admin/payments/${id}`);
      expect([answer.status, answer.body.code]).toEqual([400, 'INVALID_INPUT']);
    },
  );

  test('a broken %-sequence in an address is a problem, not a crash', async () => {
    const answer = await get(makeApi(), '/admin/payments/%E0%A4%A');
    expect([answer.status, answer.body.code]).toEqual([400, 'INVALID_INPUT']);
  });

  test('whatever the door lets in, the workflow can read', () => {
    const texts = fc.oneof(
      fc.string({ maxLength: 70 }),
      fc.constantFrom('r1', '900009', '25', ' '),
    );
    const wish = fc.record(
      {
        id: texts,
        actor: texts,
        reason: texts,
        amount: texts,
        chargeId: texts,
        force: fc.boolean(),
      },
      { requiredKeys: ['id', 'actor', 'reason'] },
    );
    fc.assert(
      fc.property(wish, (body) => {
        return !refundBody.safeParse(body).success || readRefundRequest(body).ok;
      }),
      { numRuns: 2000 },
    );
  });
});

describe('the state', () => {
  test('of a payment tells the outcome of each refund, without bigints or chats', async () => {
    const answer = await get(makeApi(), '/admin/payments/pay1');
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      id: 'pay1',
      personId: 'person-1',
      system: 'stars',
      status: 'paid',
      failureCode: null,
      packTokens: '25',
      amountMinor: '35',
      currency: 'XTR',
      createdAt: '2026-01-01T00:00:00.000Z',
      expiresAt: '2026-01-01T00:15:00.000Z',
      workflow: {
        stage: 'paid',
        creditedCharges: ['charge-1'],
        refunds: [{ id: 'r1', outcome: 'refused', code: 'REFUND_TOKENS_SPENT' }],
        decisions: [],
      },
    });
  });

  test('of a generation never shows the prompt', async () => {
    const answer = await get(makeApi(), '/admin/generations/gen1');
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ id: 'gen1', status: 'delivered', priceTokens: '2' });
    expect(answer.text).not.toContain('red fox');
  });

  test('tells from the database alone when the workflow has ended', async () => {
    const paymentState = () => Promise.reject(new AppError('NOT_FOUND', 'gone'));
    const api = makeApi({ engine: { ...makeApi().deps.engine, paymentState } });
    const answer = await get(api, '/admin/payments/pay1');
    expect(answer.body).toMatchObject({ workflow: null, workflowSilence: 'closed' });
  });

  test('tells from the database alone when no worker answers', async () => {
    const generationState = () => Promise.reject(new Error('no poller'));
    const api = makeApi({ engine: { ...makeApi().deps.engine, generationState } });
    const answer = await get(api, '/admin/generations/gen1');
    expect(answer.body).toMatchObject({ workflow: null, workflowSilence: 'no_answer' });
  });
});

describe('reports', () => {
  test('give figures exactly, larger than a double can hold', async () => {
    const answer = await get(makeApi(), '/admin/stats');
    expect(answer.status).toBe(200);
    expect(answer.body.revenueBySystem[0].amountMinor).toBe('9007199254740993');
    expect(answer.body.tokens).toMatchObject({ credited: '25', held: '2' });
  });

  test('list the audit, newest first, of one target when asked', async () => {
    const entry = {
      ...refund,
      action: 'refund_payment',
      target: 'payment:pay1',
      outcome: 'settled',
    };
    const { id: _id, ...row } = entry;
    const list = jest.fn(() => Promise.resolve([{ ...row, id: 5n, at: new Date(0) }]));
    const api = makeApi({ audit: { list, record: jest.fn() } });
    const answer = await get(api, '/admin/audit?target=payment:pay1&limit=7');
    expect(list).toHaveBeenCalledWith({ target: 'payment:pay1', limit: 7 });
    expect(answer.body).toEqual({ entries: [{ ...row, at: '1970-01-01T00:00:00.000Z' }] });
  });

  test.each([
    'limit=0',
    'limit=501',
    'limit=many',
    'limit=1e2',
    'limit=',
    'limit=1&limit=2',
    'x=1',
  ])('refuse ?%s', async (query) => {
    const answer = await get(makeApi(), `/admin/audit?${query}`);
    expect([answer.status, answer.body.code]).toEqual([400, 'INVALID_INPUT']);
  });
});
