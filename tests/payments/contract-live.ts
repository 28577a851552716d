/** The promises that can be tried at a live shop without paying: an invoice is opened and looked up. */
/* eslint-disable jest/no-export -- a part of contract.test.ts, which runs it for each system */
import { settingNames } from '../../src/config/settings';
import type { PaymentSystem, PaymentSystemDefinition } from '../../src/payments/payment-system';
import type { Trial } from './contract-trials';
import { failureOf, invoiceOrder, referenceOf, refundOrder } from './harness';

/** Those of the environment; a shop in test mode is enough. */
function connect(
  definition: PaymentSystemDefinition,
  change: Record<string, string> = {},
): PaymentSystem {
  const given = settingNames(definition).flatMap((name) => {
    const value = process.env[name] ?? '';
    return value === '' ? [] : [[name, value] as const];
  });
  const env = { ...Object.fromEntries(given), ...change };
  return definition.create(definition.settings.parse(env), { http: fetch, now: () => new Date() });
}

export function describeLive(definition: PaymentSystemDefinition, trial: Trial): void {
  const newOrder = () => {
    const order = invoiceOrder(trial.price);
    return { ...order, paymentId: `easel_${Date.now().toString(36)}_${order.paymentId}` };
  };

  test('an invoice is opened, found by our id and not paid', async () => {
    const system = connect(definition);
    const order = newOrder();
    const opened = await system.openInvoice(order);
    expect(opened.payUrl).toMatch(/^https?:/);
    const reference = referenceOf(order, opened.invoiceId);
    const report = await system.fetchStatus?.(reference);
    expect(report ?? { charges: [] }).toMatchObject({ charges: [] });
    const found = system.findInvoice ? await system.findInvoice(referenceOf(order)) : opened;
    expect(found?.invoiceId).toBe(opened.invoiceId);
    await system.cancelInvoice?.(reference);
  });

  test('an invoice that was never opened is nowhere', async () => {
    const system = connect(definition);
    expect(await system.findInvoice?.(referenceOf(newOrder()))).toBeUndefined();
  });

  test('the list of the last day can be read to its end', async () => {
    const system = connect(definition);
    const since = new Date(Date.now() - 24 * 3_600_000);
    const page = await system.listSince?.(since);
    for (const one of page?.transactions ?? []) {
      const { at } = one.kind === 'charge' ? one.charge : one.refund;
      expect(at.getTime()).toBeGreaterThanOrEqual(since.getTime());
    }
  });

  test('a charge that never was cannot be returned', async () => {
    const order = newOrder();
    const report = await connect(definition).refund(refundOrder(order, 'no-such-charge'));
    expect(['refused', 'manual']).toContain(report.status);
  });

  if (trial.opens === 'locally') return;
  test('wrong keys are said to be wrong', async () => {
    const stranger = connect(definition, { ...trial.wrongKeys });
    expect((await failureOf(stranger.openInvoice(newOrder()))).failure).toBe('auth');
  });
}
