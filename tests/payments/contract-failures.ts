/** What goes wrong between the two. */
/* eslint-disable jest/no-export -- a part of contract.test.ts, which runs it for each system */
import { failing, open, orderOf, pay, statusOf, type Room } from './contract-room';
import { failureOf } from './harness';

export function describeFailures(room: Room): void {
  const { trial } = room;
  const admin = (path: string, body?: unknown) => room.house().admin(path, body);
  const fault = (kind: string, more: object = {}) => admin('faults', { at: 'api', kind, ...more });

  test.each(['lose-answer', 'close-socket', 'malformed'])(
    'a look-up that ends with %s is tried again',
    async (kind) => {
      const invoice = await pay(room);
      await fault(kind);
      expect((await failureOf(statusOf(room, invoice))).failure).toBe('transient');
      expect((await statusOf(room, invoice)).charges).toHaveLength(1);
    },
  );

  test.each([500, 502, 503])('a look-up answered with %d is tried again', async (status) => {
    const invoice = await pay(room);
    await fault('status', { status });
    expect((await failureOf(statusOf(room, invoice))).failure).toBe('transient');
  });

  test('a look-up out of time is tried again', async () => {
    const invoice = await open(room);
    const slow = room.house().connect({}, failing('TimeoutError'));
    expect((await failureOf(statusOf(room, invoice, slow))).failure).toBe('transient');
  });

  test('a system that asks for patience is told how much', async () => {
    const invoice = await open(room);
    await fault('status', { status: 429, retryAfterSeconds: 7 });
    const error = await failureOf(statusOf(room, invoice));
    expect([error.failure, error.retryAfterMs]).toEqual(['transient', 7_000]);
  });

  test('a slow answer is an answer', async () => {
    const invoice = await pay(room);
    await fault('latency', { seconds: 0.3 });
    expect((await statusOf(room, invoice)).charges).toHaveLength(1);
  });

  if (trial.opens !== 'locally') {
    test('an opening answered with 5xx is unknown', async () => {
      for (const status of [500, 502]) {
        await fault('status', { status });
        const error = await failureOf(room.house().system.openInvoice(orderOf(room)));
        expect(error.failure).toBe('unknown');
      }
    });
  }

  test('wrong keys are a matter for the owner, and no message tells a secret', async () => {
    const invoice = await open(room);
    const stranger = room.house().connect(trial.wrongKeys);
    const error = await failureOf(statusOf(room, invoice, stranger));
    expect(error.failure).toBe('auth');
    const secrets = [...Object.values(trial.wrongKeys), invoice.order.paymentId];
    for (const secret of secrets) expect(error.message).not.toContain(secret);
  });
}
