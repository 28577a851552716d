import { AppError } from '../../src/domain/errors';
import { openPaymentStage, type PaymentStage } from './payment-stage';
import { createScriptedSystem } from './scripted-system';
import { failureOf } from './stage';

let stage: PaymentStage;
beforeAll(async () => {
  stage = await openPaymentStage();
});
afterAll(async () => {
  await stage.assertSound();
  await stage.close();
});

describe('the invoice', () => {
  test('is opened once and shown with its page, however often the steps run', async () => {
    const payment = await stage.order();
    const { till, notices, system, telegram } = stage.play();
    for (let time = 0; time < 2; time += 1) {
      expect(await till.openPayment(payment.id)).toMatchObject({ stage: 'waiting', isAsked: true });
      await notices.showPayment(payment.id);
    }
    expect(system.times('openInvoice')).toBe(1);
    expect(telegram.times('sendText')).toBe(1);
    expect(await stage.payments.get(payment.id)).toMatchObject({
      status: 'invoiced',
      invoiceId: `inv-${payment.id}`,
      payUrl: `https://till.example/${payment.id}`,
    });
  });

  test('ordered in the Mini App stands on its page although the chat cannot be reached', async () => {
    const payment = await stage.order();
    await stage.db.payment.update({ where: { id: payment.id }, data: { orderedIn: 'app' } });
    const { till, notices, telegram } = stage.play();
    await till.openPayment(payment.id);
    telegram.refuse('sendText', new AppError('PERSON_UNREACHABLE', '403 blocked'));
    await notices.showPayment(payment.id);
    expect((await stage.payments.get(payment.id)).status).toBe('invoiced');
  });

  test('whose answer was lost is looked up and not opened twice', async () => {
    const payment = await stage.order();
    const { till, system } = stage.play();
    system.fail('openInvoice', 'unknown', { afterEffect: true });
    expect(await failureOf(till.openPayment(payment.id))).toMatchObject({
      type: 'OUTCOME_UNKNOWN',
      nonRetryable: false,
    });
    await till.openPayment(payment.id);
    expect(system.invoices.get(payment.id)).toHaveLength(1);
    expect((await stage.payments.get(payment.id)).invoiceId).toBe(`inv-${payment.id}`);
  });

  test('whose answer was lost before it was opened is opened then', async () => {
    const payment = await stage.order();
    const { till, system } = stage.play();
    system.fail('openInvoice', 'unknown');
    await failureOf(till.openPayment(payment.id));
    await till.openPayment(payment.id);
    expect(system.calls).toEqual(['openInvoice', 'findInvoice', 'openInvoice']);
  });

  test.each([
    ['busy', 'transient', 'PAYMENT_SYSTEM_BUSY', false],
    ['refusing our keys', 'auth', 'PAYMENT_SYSTEM_REFUSED', true],
  ] as const)('of a system that is %s is told by its code', async (_what, failure, type, final) => {
    const payment = await stage.order();
    const { till, system } = stage.play();
    system.fail('openInvoice', failure);
    expect(await failureOf(till.openPayment(payment.id))).toMatchObject({
      type,
      nonRetryable: final,
    });
    // Nothing was opened, so the next try needs no look-up.
    await till.openPayment(payment.id);
    expect(system.calls).toEqual(['openInvoice', 'openInvoice']);
  });

  test('asks for the receipt the person had named first, however often it is tried', async () => {
    const payment = await stage.order();
    const { till, system } = stage.play();
    await stage.payments.setReceiptEmail(payment.personId, 'first@mail.example');
    system.fail('openInvoice', 'unknown');
    await failureOf(till.openPayment(payment.id));
    await stage.payments.setReceiptEmail(payment.personId, 'second@mail.example');
    await till.openPayment(payment.id);
    expect(system.orders.map(({ email }) => email)).toEqual([
      'first@mail.example',
      'first@mail.example',
    ]);
  });

  test('stays payable for as long as the system keeps it at least', async () => {
    const payment = await stage.order(1000);
    const system = createScriptedSystem({ invoiceSeconds: { least: 1800, most: 86_400 } });
    const { payMs, watchMs } = await stage.play(system).till.openPayment(payment.id);
    expect(payMs).toBeGreaterThan(1_700_000);
    expect(watchMs - payMs).toBe(3_600_000);
  });
});
