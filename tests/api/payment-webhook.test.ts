import { createHmac, timingSafeEqual } from 'node:crypto';
import { connect } from 'node:net';
import request from 'supertest';
import type { PaymentSystem, WebhookReading } from '../../src/payments/payment-system';
import { listen } from '../../src/api/listen';
import { openPaymentStage, type PaymentStage } from '../activities/payment-stage';
import { traits } from '../activities/scripted-system';
import { adminKey, makeApi } from './fixture';

let stage: PaymentStage;
beforeAll(async () => {
  stage = await openPaymentStage();
});
afterAll(async () => {
  await stage.close();
});

const key = 'signing-key-of-the-till';
const sign = (body: string) => createHmac('sha256', key).update(body).digest('hex');

/** Signs the bare bytes, as real ones do. */
function readWebhook({
  rawBody,
  headers,
  ip,
}: Parameters<NonNullable<PaymentSystem['readWebhook']>>[0]): WebhookReading {
  const expected = Buffer.from(createHmac('sha256', key).update(rawBody).digest('hex'));
  const shown = Buffer.from(headers['x-signature'] ?? '');
  if (shown.length !== expected.length || !timingSafeEqual(shown, expected)) {
    return { verdict: 'refused', reason: `wrong signature from ${ip}` };
  }
  try {
    return JSON.parse(rawBody.toString()) as WebhookReading;
  } catch {
    return { verdict: 'malformed', reason: 'no JSON' };
  }
}

const till = { id: 'till', readWebhook } as Partial<PaymentSystem> as PaymentSystem;
const silent = { id: 'silent' } as Partial<PaymentSystem> as PaymentSystem;
const systems = {
  ready: new Map([
    ['till', { definition: traits, system: till }],
    ['silent', { definition: traits, system: silent }],
  ]),
};

type Api = ReturnType<typeof makeApi>;

function withTill(override: Parameters<typeof makeApi>[0] = {}, env = {}): Api {
  return makeApi({ systems, paymentEvents: stage.events, ...override }, env);
}

function call({ app }: Api, body: string, signature = sign(body)) {
  return request(app)
    .post('/webhooks/till')
    .set('Content-Type', 'application/json')
    .set('X-Signature', signature)
    .send(body);
}

const newsOf = (paymentId: string, more: object = {}) =>
  JSON.stringify({ verdict: 'news', eventId: `e-${paymentId}`, event: 'paid', paymentId, ...more });

const stored = (paymentId: string) =>
  stage.db.paymentEvent.findMany({ where: { eventId: `e-${paymentId}` } });

describe('the webhook of a payment system', () => {
  test('stores the news, tells the payment and answers 200', async () => {
    const payment = await stage.order();
    const api = withTill();
    const answer = await call(api, newsOf(payment.id));
    expect([answer.status, answer.body]).toEqual([200, { ok: true }]);
    expect(api.deps.engine.paymentNews).toHaveBeenCalledWith(
      expect.objectContaining({ paymentId: payment.id, system: 'till' }),
    );
    const [event] = await stored(payment.id);
    expect(event).toMatchObject({ system: 'till', event: 'paid', paymentId: payment.id });
    expect(event?.deliveredAt).not.toBeNull();
  });

  test('a hundred copies at once are stored once, and a later one tells nobody', async () => {
    const payment = await stage.order();
    const api = withTill();
    const server = await listen(api.app, { host: '127.0.0.1', port: 0 });
    try {
      const send = () =>
        fetch(`${server.url}/webhooks/till`, {
          method: 'POST',
          body: newsOf(payment.id),
          headers: { 'X-Signature': sign(newsOf(payment.id)) },
        });
      const answers = await Promise.all(Array.from({ length: 100 }, send));
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
      expect(await stored(payment.id)).toHaveLength(1);
      jest.mocked(api.deps.engine.paymentNews).mockClear();
      await send();
      expect(api.deps.engine.paymentNews).not.toHaveBeenCalled();
    } finally {
      await server.close();
    }
  });

  test('answers 200 while Temporal is down, and keeps the news for later', async () => {
    const payment = await stage.order();
    const paymentNews = () => Promise.reject(new Error('14 UNAVAILABLE'));
    const api = withTill({ engine: { ...makeApi().deps.engine, paymentNews } });
    expect((await call(api, newsOf(payment.id))).status).toBe(200);
    expect(await stored(payment.id)).toMatchObject([{ deliveredAt: null }]);
  });

  test('answers 500 when it could not be stored, so that it is sent again', async () => {
    const record = () => Promise.reject(new Error('no database'));
    const paymentEvents = { record, delivered: jest.fn() };
    const api = withTill({ paymentEvents });
    expect((await call(api, newsOf('p1'))).status).toBe(500);
    expect(api.deps.engine.paymentNews).not.toHaveBeenCalled();
  });

  test('stores a charge that the signed notice itself proves', async () => {
    const payment = await stage.order();
    const record = jest.fn(stage.events.record);
    const charge = { chargeId: `n-${payment.id}`, currency: 'RUB', amountMinor: 49_900n };
    const event = { system: 'till', eventId: `e-${payment.id}`, event: 'paid' };
    await record({ ...event, paymentId: payment.id, charge });
    await record({ ...event, paymentId: payment.id, charge });
    const seen = await stage.payments.sighting(payment.id);
    expect(seen.open).toEqual([charge.chargeId]);
    // Of a payment nobody knows: kept for an admin.
    await record({ ...event, eventId: 'stray', charge: { ...charge, chargeId: 'stray' } });
    expect(await stage.payments.heldCharge('till', 'stray')).toMatchObject({
      heldFor: 'unmatched',
    });
  });

  test('answers 200 to what is theirs and of no interest, and tells nobody', async () => {
    const api = withTill();
    const answer = await call(api, '{"verdict":"ignored","reason":"a test ping"}');
    expect(answer.status).toBe(200);
    expect(api.deps.engine.paymentNews).not.toHaveBeenCalled();
  });

  const genuine = newsOf('p-forged');
  test.each([
    ['unsigned', genuine, ''],
    ['with one bit flipped', genuine.replace('paid', 'qaid'), sign(genuine)],
    ['re-serialised', genuine.replaceAll(':', ': '), sign(genuine)],
    ['truncated', genuine.slice(0, -2), sign(genuine)],
    ['signed by another key', genuine, createHmac('sha256', 'x').update(genuine).digest('hex')],
    ['empty', '', sign(genuine)],
  ])('that is %s is refused with 401, stored nowhere and logged without it', async (...args) => {
    const [, body, signature] = args;
    const api = withTill();
    const answer = await call(api, body, signature);
    expect([answer.status, answer.body.code]).toEqual([401, 'UNAUTHORIZED']);
    expect(await stored('p-forged')).toEqual([]);
    expect(api.log()).toContain('wrong signature');
    expect(api.log()).not.toContain('p-forged');
    expect(api.log()).not.toContain(sign(genuine));
  });

  test('that is signed and no news is refused with 400', async () => {
    const answer = await call(withTill(), 'news!');
    expect([answer.status, answer.body.code]).toEqual([400, 'INVALID_INPUT']);
  });

  test('above 1 MB is refused with 413 before it is read', async () => {
    const answer = await call(withTill(), `"${'x'.repeat(1024 * 1024)}"`);
    expect(answer.status).toBe(413);
  });

  test('that ends in the middle of its body does no harm', async () => {
    const api = withTill();
    const server = await listen(api.app, { host: '127.0.0.1', port: 0 });
    try {
      const { port } = new URL(server.url);
      const socket = connect(Number(port), '127.0.0.1');
      socket.write(
        'POST /webhooks/till HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n{"half":',
      );
      socket.end();
      await new Promise((resolve) => socket.once('close', resolve).resume());
      expect(api.deps.engine.paymentNews).not.toHaveBeenCalled();
    } finally {
      await server.close();
    }
  });

  test.each(['nobody', 'silent', 'stars'])('of "%s" is answered 404', async (system) => {
    const { app } = withTill();
    const answer = await request(app).post(`/webhooks/${system}`).send('{}');
    expect([answer.status, answer.body.code]).toEqual([404, 'NOT_FOUND']);
  });

  test('shows the adapter the address of the connection, and a proxy only when it is trusted', async () => {
    const forwarded = (api: Api) => call(api, 'x', 'wrong').set('X-Forwarded-For', '203.0.113.9');
    const direct = withTill();
    await forwarded(direct);
    expect(direct.log()).toContain('from 127.0.0.1');
    const proxied = withTill({}, { API_PROXY_HOPS: '1' });
    await forwarded(proxied);
    expect(proxied.log()).toContain('from 203.0.113.9');
  });

  test('is limited by address', async () => {
    const api = withTill({ rateLimits: { callback: 2 } });
    const statuses = [];
    for (let at = 0; at < 3; at += 1) statuses.push((await call(api, 'x', '')).status);
    expect(statuses).toEqual([401, 401, 429]);
  });
});

describe('what waits for an admin', () => {
  const get = (api: Api, path: string) =>
    request(api.app).get(path).set('X-Admin-API-Key', adminKey);
  const decision = {
    id: 'd1',
    chargeId: 'c1',
    decision: 'credit_paid',
    actor: '900009',
    reason: 'paid less',
  };
  const decide = (api: Api, body: object) =>
    request(api.app)
      .post('/admin/payments/pay1/decisions')
      .set('X-Admin-API-Key', adminKey)
      .send(body);

  test('is listed for those with the key only', async () => {
    const payment = await stage.order();
    const charge = { system: 'till', chargeId: `held-${payment.id}`, currency: 'RUB' };
    await stage.payments.recordCharge({ ...charge, paymentId: payment.id, amountMinor: 1n });
    await stage.payments.credit('till', charge.chargeId).catch(() => undefined);
    const api = withTill({ payments: stage.payments });
    const answer = await get(api, '/admin/charges/held');
    expect(answer.status).toBe(200);
    expect(answer.body.charges).toContainEqual(
      expect.objectContaining({ ...charge, amountMinor: '1', heldFor: 'underpaid' }),
    );
    expect((await get(api, '/admin/refunds/manual')).body).toEqual({ refunds: [] });
    for (const path of ['/admin/charges/held', '/admin/refunds/manual']) {
      expect((await request(api.app).get(path)).status).toBe(401);
    }
  });

  test('is decided by a signal, which the caller can follow', async () => {
    const api = makeApi();
    const answer = await decide(api, decision);
    expect([answer.status, answer.headers['location']]).toEqual([202, '/admin/payments/pay1']);
    expect(api.deps.engine.decidePayment).toHaveBeenCalledWith(
      expect.objectContaining({ paymentId: 'pay1' }),
      decision,
    );
  });

  test('is decided by an admin only, and a stranger is audited', async () => {
    const api = makeApi();
    const answer = await decide(api, { ...decision, actor: '1' });
    expect([answer.status, answer.body.code]).toEqual([403, 'REFUND_ACTOR_UNKNOWN']);
    expect(api.deps.audit.record).toHaveBeenCalledWith(
      expect.objectContaining({ action: 'decide_charge', outcome: 'REFUND_ACTOR_UNKNOWN' }),
    );
    expect(api.deps.engine.decidePayment).not.toHaveBeenCalled();
  });

  test.each([
    ['an unknown decision', { decision: 'keep' }],
    ['no reason', { reason: ' ' }],
    ['a needless field', { amount: '1' }],
  ])('is not decided with %s', async (_what, wrong) => {
    const answer = await decide(makeApi(), { ...decision, ...wrong });
    expect([answer.status, answer.body.code]).toEqual([400, 'INVALID_INPUT']);
  });

  test('is dismissed when it names no payment, once and by an admin only', async () => {
    const charge = { system: 'till', chargeId: 'of-nobody' };
    const money = { currency: 'RUB', amountMinor: 1n, paymentId: 'nobody' };
    await stage.payments.recordCharge({ ...charge, ...money });
    const api = withTill({ payments: stage.payments });
    const dismiss = (actor: string) =>
      request(api.app)
        .post('/admin/charges/dismissals')
        .set('X-Admin-API-Key', adminKey)
        .send({ ...charge, actor, reason: 'of another bot' });
    expect((await dismiss('1')).body.code).toBe('REFUND_ACTOR_UNKNOWN');
    expect((await dismiss('900009')).body).toEqual({ dismissed: true });
    expect((await dismiss('900009')).body.code).toBe('CHARGE_NOT_HELD');
    const target = 'charge:till:of-nobody';
    expect(await stage.db.auditEntry.findMany({ where: { target } })).toHaveLength(3);
  });

  test('is counted by /health/payment', async () => {
    const answer = await request(withTill({ payments: stage.payments }).app).get('/health/payment');
    expect(answer.body).toMatchObject({ status: 'ok', systems: ['till', 'silent'] });
    expect(answer.body.heldCharges).toBeGreaterThan(0);
  });
});
