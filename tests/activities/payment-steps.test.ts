import { AppError } from '../../src/domain/errors';
import { tokens } from '../../src/domain/tokens';
import { adminId, failureOf, openStage, type Stage } from './stage';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(async () => {
  await stage.assertSound();
  await stage.close();
});

const refund = { id: 'r1', actor: adminId.toString(), reason: 'bought by mistake' };
const lost = (): AppError => new AppError('OUTCOME_UNKNOWN', 'the answer was lost');
const unreachable = (): AppError => new AppError('PERSON_UNREACHABLE', '403 blocked');
const refused = (): AppError => new AppError('TELEGRAM_REFUSED', '400 CHARGE_NOT_FOUND');

async function available(payment: { personId: string }): Promise<bigint> {
  return (await stage.ledger.balance(payment.personId)).available;
}

/** A payment with one credited charge. */
async function paid() {
  const payment = await stage.payment();
  const chargeId = `charge-${payment.id}`;
  await stage.charge(payment, chargeId);
  const play = stage.play();
  await play.payment.credit('stars', chargeId);
  return { ...payment, chargeId };
}

describe('the invoice', () => {
  test('is sent once, however often the step runs', async () => {
    const payment = await stage.payment();
    const { invoice, telegram } = stage.play();
    expect(await invoice.openInvoice(payment.id)).toBe('waiting');
    expect(await invoice.openInvoice(payment.id)).toBe('waiting');
    expect(telegram.done).toMatchObject([{ method: 'sendInvoice', text: payment.id }]);
    const stored = await stage.payments.get(payment.id);
    expect(stored).toMatchObject({ status: 'invoiced', invoiceMessageId: 501n });
  });

  test('is sent once more at most when its answer was lost', async () => {
    const payment = await stage.payment();
    const { invoice, telegram } = stage.play();
    telegram.lose('sendInvoice', lost());
    expect(await failureOf(invoice.openInvoice(payment.id))).toMatchObject({
      type: 'OUTCOME_UNKNOWN',
      nonRetryable: false,
    });
    await invoice.openInvoice(payment.id);
    await invoice.openInvoice(payment.id);
    expect(telegram.times('sendInvoice')).toBe(2);
  });

  test('of a payment that is paid or over is not sent again', async () => {
    const { invoice, telegram, payment: steps } = stage.play();
    expect(await invoice.openInvoice((await paid()).id)).toBe('paid');
    const expired = await stage.payment();
    expect(await steps.expirePayment(expired.id)).toBe(true);
    expect(await invoice.openInvoice(expired.id)).toBe('expired');
    const failed = await stage.payment();
    await steps.failPayment(failed.id, 'PERSON_UNREACHABLE');
    expect(await invoice.openInvoice(failed.id)).toBe('failed');
    expect(telegram.done).toEqual([]);
  });

  test('ordered in the Mini App is a link that the page opens, and the chat hears nothing', async () => {
    const order = await stage.payment();
    await stage.db.payment.update({ where: { id: order.id }, data: { orderedIn: 'app' } });
    const { invoice, telegram, payment: steps } = stage.play();
    expect(await invoice.openInvoice(order.id)).toBe('waiting');
    expect(await invoice.openInvoice(order.id)).toBe('waiting');
    const stored = await stage.payments.get(order.id);
    expect(stored).toMatchObject({ status: 'invoiced', payUrl: `https://t.me/$${order.id}` });
    expect(await steps.expirePayment(order.id)).toBe(true);
    await invoice.closeInvoice(order.id);
    expect(telegram.done).toEqual([]);
  });

  test('of an expired payment is taken out of the chat and explained once', async () => {
    const payment = await stage.payment();
    const { invoice, telegram } = stage.play();
    await invoice.openInvoice(payment.id);
    await invoice.closeInvoice(payment.id);
    await invoice.closeInvoice(payment.id);
    expect(telegram.times('sendText')).toBe(1);
    const removed = telegram.done.find(({ method }) => method === 'deleteMessage');
    expect(removed?.messageId).toBe(501n);
  });
});

describe('a charge', () => {
  test('is credited once, however often the step runs, also at the same moment', async () => {
    const payment = await stage.payment();
    await stage.charge(payment, `c-${payment.id}`);
    const { payment: steps } = stage.play();
    const answers = await Promise.all(
      [1, 2, 3, 4].map(() => steps.credit('stars', `c-${payment.id}`)),
    );
    expect(answers).toEqual(Array(4).fill({ outcome: 'credited' }));
    expect(await available(payment)).toBe(10n);
  });

  test('on an invoice that was paid twice is credited too', async () => {
    const payment = await paid();
    await stage.charge(payment, `again-${payment.id}`);
    const { payment: steps } = stage.play();
    await steps.credit('stars', `again-${payment.id}`);
    expect(await available(payment)).toBe(20n);
  });

  test('of another amount is held, credits nothing, and the admins hear of it once', async () => {
    await stage.admin();
    const payment = await stage.payment();
    await stage.charge(payment, `odd-${payment.id}`, 14n);
    const { payment: steps, invoice, telegram } = stage.play();
    expect(await steps.credit('stars', `odd-${payment.id}`)).toEqual({ outcome: 'held' });
    await invoice.tellHeld(payment.id, `odd-${payment.id}`);
    await invoice.tellHeld(payment.id, `odd-${payment.id}`);
    expect(telegram.done.map(({ chatId }) => chatId)).toEqual([adminId]);
    expect(await available(payment)).toBe(0n);
  });

  test('of another amount is told to the other admins when one of them blocked the bot', async () => {
    await stage.admin();
    const gone = await stage.person();
    const payment = await stage.payment();
    await stage.charge(payment, `odd-${payment.id}`, 14n);
    const { invoice, telegram } = stage.play({
      admins: [gone.telegramId.toString(), adminId.toString()],
    });
    telegram.refuse('sendText', unreachable());
    await invoice.tellHeld(payment.id, `odd-${payment.id}`);
    expect(telegram.done.map(({ chatId }) => chatId)).toEqual([adminId]);
  });

  test('nobody stored is tried again: the row may be on its way', async () => {
    const { payment: steps } = stage.play();
    expect(await failureOf(steps.credit('stars', 'unheard-of'))).toMatchObject({
      type: 'NOT_FOUND',
    });
  });

  test('stored in time keeps the payment from expiring', async () => {
    const payment = await stage.payment();
    await stage.charge(payment, `late-${payment.id}`);
    const { payment: steps } = stage.play();
    expect(await steps.expirePayment(payment.id)).toBe(false);
  });

  test('is told of once', async () => {
    const { id, chatId, chargeId } = await paid();
    const { invoice, telegram } = stage.play();
    await invoice.tellPaid(id, chargeId);
    await invoice.tellPaid(id, chargeId);
    expect(telegram.done).toMatchObject([{ method: 'sendText', chatId }]);
  });
});

describe('a refund', () => {
  test('takes the tokens back once, returns the Stars and tells both', async () => {
    await stage.admin();
    const payment = await paid();
    const { payment: steps, invoice, telegram } = stage.play();
    const refundId = `${payment.id}:r1`;
    for (let time = 0; time < 2; time += 1) {
      expect(await steps.requestRefund(payment.id, refund)).toEqual({
        outcome: 'clawed_back',
        refundId,
      });
    }
    expect(await available(payment)).toBe(0n);
    expect(await invoice.returnMoney(refundId)).toBe('refunded');
    await steps.settleRefund(refundId);
    await steps.settleRefund(refundId);
    for (let time = 0; time < 2; time += 1) {
      await invoice.tellPaymentRefund(payment.id, refund, undefined);
    }
    expect(telegram.done.map(({ method, chatId }) => [method, chatId])).toEqual([
      ['refundStarPayment', payment.chatId],
      ['sendText', payment.chatId],
      ['sendText', adminId],
    ]);
    expect(await steps.requestRefund(payment.id, refund)).toEqual({ outcome: 'settled', refundId });
  });

  test('is told to the admin although the person blocked the bot', async () => {
    await stage.admin();
    const payment = await paid();
    const { payment: steps, invoice, telegram } = stage.play();
    await steps.requestRefund(payment.id, refund);
    await steps.settleRefund(`${payment.id}:r1`);
    telegram.refuse('sendText', unreachable());
    await invoice.tellPaymentRefund(payment.id, refund, undefined);
    expect(telegram.done.map(({ chatId }) => chatId)).toEqual([adminId]);
  });

  test('whose answer was lost is asked for again', async () => {
    const payment = await paid();
    const { payment: steps, invoice, telegram } = stage.play();
    await steps.requestRefund(payment.id, refund);
    telegram.lose('refundStarPayment', lost());
    const refundId = `${payment.id}:r1`;
    expect(await failureOf(invoice.returnMoney(refundId))).toMatchObject({ nonRetryable: false });
    expect(await invoice.returnMoney(refundId)).toBe('refunded');
  });

  test('that Telegram refuses puts the tokens back once', async () => {
    const payment = await paid();
    const { payment: steps, invoice, telegram } = stage.play();
    await steps.requestRefund(payment.id, refund);
    telegram.refuse('refundStarPayment', refused());
    const refundId = `${payment.id}:r1`;
    expect(await invoice.returnMoney(refundId)).toBe('refused');
    await steps.putBackRefund(refundId);
    await steps.putBackRefund(refundId);
    expect(await available(payment)).toBe(10n);
    await invoice.tellPaymentRefund(payment.id, refund, undefined);
    expect(telegram.done.filter(({ chatId }) => chatId === payment.chatId)).toEqual([]);
  });

  test('of spent tokens is refused, and by force becomes a debt', async () => {
    const payment = await paid();
    await stage.ledger.debit({
      personId: payment.personId,
      amount: tokens(4n),
      key: `spend:${payment.id}`,
      operation: 'debit',
      reference: payment.id,
    });
    const { payment: steps } = stage.play();
    expect(await steps.requestRefund(payment.id, refund)).toEqual({
      outcome: 'refused',
      code: 'REFUND_TOKENS_SPENT',
    });
    const forced = { ...refund, id: 'r2', force: true };
    expect(await steps.requestRefund(payment.id, forced)).toMatchObject({
      outcome: 'clawed_back',
    });
    expect(await stage.ledger.balance(payment.personId)).toMatchObject({ available: 0n, debt: 4n });
  });

  test('by somebody who is no admin moves nothing, and tells nobody unknown', async () => {
    const payment = await paid();
    const { payment: steps, invoice, telegram } = stage.play();
    const request = { ...refund, actor: '99999999999999999999' };
    const answer = await steps.requestRefund(payment.id, request);
    expect(answer).toEqual({ outcome: 'refused', code: 'REFUND_ACTOR_UNKNOWN' });
    await invoice.tellPaymentRefund(payment.id, request, 'REFUND_ACTOR_UNKNOWN');
    expect(telegram.done).toEqual([]);
    expect(await available(payment)).toBe(10n);
  });

  test('that came before the credit leaves nothing to credit', async () => {
    const payment = await stage.payment();
    await stage.charge(payment, `quick-${payment.id}`);
    const { payment: steps } = stage.play();
    await steps.requestRefund(payment.id, refund);
    expect(await steps.credit('stars', `quick-${payment.id}`)).toEqual({
      outcome: 'going_back',
    });
    expect(await available(payment)).toBe(0n);
  });
});
