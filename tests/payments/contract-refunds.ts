/** Money back, and the list that tells of all of it. */
/* eslint-disable jest/no-export -- a part of contract.test.ts, which runs it for each system */
import type {
  RefundOrder,
  RefundReport,
  SystemTransaction,
} from '../../src/payments/payment-system';
import { failing, open, pay, refundable, type Room } from './contract-room';
import { failureOf } from './harness';

async function transactions(
  room: Room,
  since = new Date(Date.now() - 60_000),
): Promise<SystemTransaction[]> {
  const found: SystemTransaction[] = [];
  let cursor: string | undefined;
  do {
    const page = await room.house().system.listSince?.(since, cursor);
    found.push(...(page?.transactions ?? []));
    cursor = page?.cursor;
  } while (cursor !== undefined);
  return found;
}

const returned = async (room: Room) =>
  (await transactions(room)).filter(({ kind }) => kind === 'refund');

/** Looks until the refund has ended, the stand-in's clock put forward where that takes time. */
async function ended(
  room: Room,
  refund: RefundOrder,
  first: RefundReport,
): Promise<RefundReport | undefined> {
  if (first.status !== 'pending') return first;
  const { system, admin } = room.house();
  await admin('clock', { seconds: room.trial.refundSeconds ?? 60 });
  const { systemRefundId: id } = first;
  return system.fetchRefund?.({ ...refund, ...(id !== undefined && { systemRefundId: id }) });
}

export function describeRefunds(room: Room): void {
  const { definition } = room;
  const admin = (path: string, body?: unknown) => room.house().admin(path, body);

  if (definition.refunds === 'manual') {
    test('a refund is for a person to make', async () => {
      const { refund } = await refundable(room);
      expect((await room.house().system.refund(refund)).status).toBe('manual');
    });
  } else {
    describe('a refund', () => {
      describeReturns(room);
      describeParts(room);
    });
  }

  test('the list tells of every charge once, oldest first, and of nothing unpaid', async () => {
    const paid: string[] = [];
    for (let count = 0; count < 3; count += 1) {
      paid.push((await pay(room)).order.paymentId);
      await open(room);
      await admin('clock', { seconds: 2 });
    }
    const listed = await transactions(room);
    expect(listed.map(({ paymentId }) => paymentId)).toEqual(paid);
    expect(listed.map(({ kind }) => kind)).toEqual(['charge', 'charge', 'charge']);
    expect(await transactions(room, new Date(Date.now() + 3_600_000))).toEqual([]);
  });

  test('the list goes on over days to its end', async () => {
    const { order } = await pay(room);
    const listed = await transactions(room, new Date(Date.now() - 5 * 24 * 3_600_000));
    expect(listed.map(({ paymentId }) => paymentId)).toEqual([order.paymentId]);
  });
}

function describeReturns(room: Room): void {
  const { trial } = room;
  const system = () => room.house().system;

  test('of the whole comes to its end, once, however often it is asked for', async () => {
    const { refund } = await refundable(room);
    const first = await system().refund(refund);
    expect(await ended(room, refund, first)).toMatchObject({ status: 'refunded' });
    const again = await system().refund(refund);
    expect(again).toMatchObject({ status: 'refunded', systemRefundId: first.systemRefundId });
    expect(await returned(room)).toMatchObject([
      { refund: { chargeId: refund.chargeId, amount: trial.price, status: 'refunded' } },
    ]);
  });

  test('whose answer was lost is unknown, found, and made once', async () => {
    const { refund } = await refundable(room);
    expect(await system().fetchRefund?.(refund)).toBeUndefined();
    // Only the call that moves the money: whoever looks before it may look in peace.
    const fault = { at: 'api', kind: 'lose-answer', match: trial.refundCall };
    await room.house().admin('faults', fault);
    expect((await failureOf(system().refund(refund))).failure).toBe('unknown');
    const found = await system().fetchRefund?.(refund);
    expect(['pending', 'refunded']).toContain(found?.status);
    expect(await ended(room, refund, found ?? { status: 'refused' })).toMatchObject({
      status: 'refunded',
    });
    expect(await returned(room)).toHaveLength(1);
  });

  test('that nobody heard of is no refund', async () => {
    const { refund } = await refundable(room);
    const away = room.house().connect({}, failing('fetch failed', 'ECONNREFUSED'));
    expect((await failureOf(away.refund(refund))).failure).toBe('transient');
    expect(await system().fetchRefund?.(refund)).toBeUndefined();
  });

  test('of a charge the system does not know is a clear no', async () => {
    const { refund } = await refundable(room);
    const { refundHandle: _, ...order } = refund;
    const unknown = await system().refund({ ...order, chargeId: '999999', paymentId: 'pay_none' });
    expect(['refused', 'manual']).toContain(unknown.status);
    expect(await returned(room)).toEqual([]);
  });

  test('with wrong keys is a matter for the owner', async () => {
    const { refund } = await refundable(room);
    const stranger = room.house().connect(trial.wrongKeys);
    expect((await failureOf(stranger.refund(refund))).failure).toBe('auth');
    expect(await returned(room)).toEqual([]);
  });
}

function describeParts(room: Room): void {
  const { definition, trial } = room;
  const { price } = trial;
  const part = { ...price, amountMinor: price.amountMinor / 4n };
  const rest = { ...price, amountMinor: price.amountMinor - part.amountMinor };

  if (definition.refunds === 'full') {
    test('of a part is by hand', async () => {
      const { refund } = await refundable(room);
      const report = await room.house().system.refund({ ...refund, amount: part });
      expect(report.status).toBe('manual');
    });
    return;
  }

  test('of a part, and then of the rest, are two', async () => {
    const { refund } = await refundable(room);
    for (const [number, amount] of [part, rest].entries()) {
      const one = { ...refund, refundId: `${refund.refundId}:${number}`, amount };
      const report = await room.house().system.refund(one);
      expect(await ended(room, one, report)).toMatchObject({ status: 'refunded' });
    }
    const amounts = (await returned(room)).map((one) => one.kind === 'refund' && one.refund.amount);
    expect(amounts).toEqual([part, rest]);
  });
}
