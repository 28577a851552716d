/** Opening, paying and looking up. */
/* eslint-disable jest/no-export -- a part of contract.test.ts, which runs it for each system */
import { decimalOf } from '../../src/domain/money';
import {
  chargeOf,
  failing,
  open,
  orderOf,
  pay,
  statusOf,
  type Opened,
  type Room,
} from './contract-room';
import type { Deed } from './contract-trials';
import { failureOf, referenceOf } from './harness';

export function describeInvoices(room: Room): void {
  const { trial } = room;
  const admin = (path: string, body?: unknown) => room.house().admin(path, body);

  test('an opened invoice can be paid on a page that shows its price', async () => {
    const invoice = await open(room);
    const page = await fetch(invoice.payUrl ?? '');
    expect(page.status).toBe(200);
    expect(await page.text()).toContain(decimalOf(trial.price));
    expect(await statusOf(room, invoice)).toEqual({ state: 'open', charges: [], refunds: [] });
  });

  test('an invoice asked for twice is found once, and pays once', async () => {
    const first = await open(room);
    const again = await room.house().system.openInvoice(first.order);
    const isSame = again.invoiceId === first.invoiceId && again.payUrl === first.payUrl;
    expect(isSame).toBe(trial.opens !== 'anew');
    await pay(room, first);
    expect((await statusOf(room, first)).charges).toHaveLength(1);
  });

  if (trial.opens !== 'locally') {
    describe('a lost answer to an opening', () => {
      describeLostOpenings(room);
    });
  }

  test('a payment that was never opened has no charges', async () => {
    const report = await statusOf(room, { reference: referenceOf(orderOf(room)) });
    expect(report).toEqual({ state: 'open', charges: [], refunds: [] });
  });

  test('a paid invoice has one charge of the price, the same however often it is asked', async () => {
    const before = Date.now();
    const invoice = await pay(room);
    const report = await statusOf(room, invoice);
    expect(report).toMatchObject({
      state: 'closed',
      refunds: [],
      charges: [{ paid: trial.price }],
    });
    const [charge] = report.charges;
    expect(charge?.chargeId.length).toBeLessThanOrEqual(255);
    expect(charge?.doubt).toBeUndefined();
    expect(Math.abs((charge?.at.getTime() ?? 0) - before)).toBeLessThan(60_000);
    expect(await statusOf(room, invoice)).toEqual(report);
    // The invoice's own id is no more than a short cut: ours finds it too.
    const { invoiceId: _, ...reference } = invoice.reference;
    expect(await statusOf(room, { reference })).toEqual(report);
  });

  test('an invoice paid twice is charged as often as the system says', async () => {
    const invoice = await pay(room);
    const again = await pay(room, invoice).then(
      () => 'two-charges',
      () => 'refused',
    );
    expect(again).toBe(trial.paidTwice);
    const { charges } = await statusOf(room, invoice);
    expect(new Set(charges.map(({ chargeId }) => chargeId)).size).toBe(charges.length);
    expect(charges).toHaveLength(trial.paidTwice === 'refused' ? 1 : 2);
  });

  const paidBy = async (deeds: readonly Deed[]): Promise<bigint> => {
    const invoice: Opened = await open(room);
    for (const [action, body] of deeds) await admin(action, { id: invoice.id, ...body });
    return (await chargeOf(room, invoice)).paid.amountMinor;
  };
  const { underpaid, overpaid, expirySeconds } = trial;

  if (underpaid) {
    test('less than the price is told as less', async () => {
      expect(await paidBy(underpaid)).toBeLessThan(trial.price.amountMinor);
    });
  }
  if (overpaid) {
    test('more than the price is told as more', async () => {
      expect(await paidBy(overpaid)).toBeGreaterThan(trial.price.amountMinor);
    });
  }
  if (expirySeconds !== undefined) {
    test('an invoice nobody paid closes and takes no money', async () => {
      const invoice = await open(room);
      await admin('clock', { seconds: expirySeconds });
      expect(await statusOf(room, invoice)).toEqual({ state: 'closed', charges: [], refunds: [] });
      await expect(pay(room, invoice)).rejects.toThrow('pay');
    });
  }
}

function describeLostOpenings(room: Room): void {
  const admin = (path: string, body?: unknown) => room.house().admin(path, body);

  test.each(['lose-answer', 'malformed'])(
    'by %s is unknown, and the invoice is found',
    async (kind) => {
      const order = orderOf(room);
      await admin('faults', { at: 'api', kind });
      expect((await failureOf(room.house().system.openInvoice(order))).failure).toBe('unknown');
      const found = await room.house().system.findInvoice?.(referenceOf(order));
      expect(found?.payUrl).toContain('/pay/');
      const invoice = {
        ...found,
        order,
        id: found?.invoiceId ?? '',
        reference: referenceOf(order),
      };
      await pay(room, invoice);
      expect((await chargeOf(room, invoice)).paid).toEqual(room.trial.price);
    },
  );

  test('by time is unknown; where nobody listened it was never asked', async () => {
    const slow = room.house().connect({}, failing('TimeoutError'));
    expect((await failureOf(slow.openInvoice(orderOf(room)))).failure).toBe('unknown');
    const away = room.house().connect({}, failing('fetch failed', 'ECONNREFUSED'));
    expect((await failureOf(away.openInvoice(orderOf(room)))).failure).toBe('transient');
  });

  test('finds nothing where nothing was opened', async () => {
    expect(await room.house().system.findInvoice?.(referenceOf(orderOf(room)))).toBeUndefined();
  });
}
