import { tokens } from '../../src/domain/tokens';
import { invoiceTexts } from '../../src/telegram/cards';
import { admin, adminId, openPaymentStage, type PaymentStage } from './payment-stage';
import { createScriptedSystem, paidBy, returnedBy, rub } from './scripted-system';
import { failureOf } from './stage';

let stage: PaymentStage;
beforeAll(async () => {
  stage = await openPaymentStage();
});
afterAll(async () => {
  await stage.assertSound();
  await stage.close();
});

/** A paid and credited order, and steps with a system of its own. */
async function paid(system = createScriptedSystem()) {
  const payment = await stage.order();
  const played = stage.play(system);
  const chargeId = `c-${payment.id}`;
  const charges = [paidBy(chargeId, { refundHandle: 'intent-1' })];
  system.report = { state: 'closed', charges, refunds: [] };
  await played.till.watchPayment(payment.id, { facts: '', state: undefined }, true);
  await played.core.credit('till', chargeId);
  // The system's ids of refunds are unique over all payments.
  system.answer = { status: 'refunded', systemRefundId: `sr-${payment.id}` };
  return { ...played, payment, chargeId, refundId: `${payment.id}:r1` };
}

const closed = { state: 'closed', charges: [], refunds: [] } as const;

type Paid = Awaited<ReturnType<typeof paid>>;

const ask = ({ core, payment }: Paid, more: object = {}) =>
  core.requestRefund(payment.id, { id: 'r1', ...admin, ...more });

describe('a refund', () => {
  test('in full takes all tokens and returns all the money, once', async () => {
    const on = await paid();
    await ask(on);
    expect(await on.till.returnToPayer(on.refundId)).toBe('refunded');
    await on.core.settleRefund(on.refundId);
    expect(await on.till.returnToPayer(on.refundId)).toBe('refunded');
    expect(on.system.refunds.get(on.refundId)).toMatchObject([
      { amount: rub(49_900n), charged: rub(49_900n), refundHandle: 'intent-1' },
    ]);
    expect(await stage.available(on.payment)).toBe(0n);
    expect(await ask(on, { id: 'r2' })).toMatchObject({ code: 'REFUND_ALREADY_DONE' });
    const charge = await stage.db.charge.findFirst({ where: { chargeId: on.chargeId } });
    expect(charge?.refundedAt).not.toBeNull();
  });

  test('names what was sold just as the invoice did, for its receipt', async () => {
    const on = await paid();
    await ask(on, { amount: '100' });
    await on.till.returnToPayer(on.refundId);
    const [sent] = on.system.refunds.get(on.refundId) ?? [];
    const { language, packTokens } = on.payment;
    expect(sent?.sold).toBe(invoiceTexts({ language, tokens: packTokens }).description);
    expect(sent?.description).toContain(on.payment.id);
  });

  test('in parts takes tokens in proportion, rounded up, and the rest with the last', async () => {
    const on = await paid();
    const taken: bigint[] = [];
    for (const [at, amount] of ['16634', '16633', undefined].entries()) {
      const before = await stage.available(on.payment);
      await ask(on, { id: `part${at}`, ...(amount === undefined ? {} : { amount }) });
      await on.core.settleRefund(`${on.payment.id}:part${at}`);
      taken.push(before - (await stage.available(on.payment)));
    }
    expect(taken).toEqual([34n, 33n, 33n]);
    expect(await stage.payments.getRefund(`${on.payment.id}:part2`)).toMatchObject({
      amount: rub(16_633n),
    });
  });

  test('beyond what is left is refused, also when two race for it', async () => {
    const on = await paid();
    expect(await ask(on, { amount: '49901' })).toMatchObject({ code: 'REFUND_AMOUNT_INVALID' });
    const answers = await Promise.all(
      ['a', 'b', 'c'].map((id) => ask(on, { id, amount: '30000' })),
    );
    expect(answers.map(({ outcome }) => outcome).sort()).toEqual([
      'clawed_back',
      'refused',
      'refused',
    ]);
  });

  test('that would exceed the charge is stopped by the database itself', async () => {
    const on = await paid();
    await ask(on, { amount: '30000' });
    const row = await stage.db.refund.findFirstOrThrow({ where: { id: on.refundId } });
    const forged = stage.db.refund.create({ data: { ...row, id: `${on.refundId}-forged` } });
    await expect(forged).rejects.toThrow(/must not exceed/);
  });

  test('in part where only whole charges go back is refused', async () => {
    const on = await paid(createScriptedSystem({ refunds: 'full' }));
    expect(await ask(on, { amount: '100' })).toMatchObject({ code: 'REFUND_AMOUNT_INVALID' });
  });

  test('whose answer was lost is looked up and not sent twice', async () => {
    const on = await paid();
    await ask(on);
    on.system.fail('refund', 'unknown', { afterEffect: true });
    expect(await failureOf(on.till.returnToPayer(on.refundId))).toMatchObject({
      type: 'OUTCOME_UNKNOWN',
      nonRetryable: false,
    });
    on.system.fail('fetchRefund', 'transient');
    await failureOf(on.till.returnToPayer(on.refundId));
    expect(await on.till.returnToPayer(on.refundId)).toBe('refunded');
    expect(on.system.times('refund')).toBe(1);
  });

  test('has its receipt where that of the payment went, whatever the person named since', async () => {
    const payment = await stage.order();
    await stage.payments.setReceiptEmail(payment.personId, 'first@mail.example');
    const { till, core, system } = stage.play();
    await till.openPayment(payment.id);
    await stage.payments.setReceiptEmail(payment.personId, 'second@mail.example');
    const chargeId = `c-${payment.id}`;
    system.report = { state: 'closed', charges: [paidBy(chargeId)], refunds: [] };
    await till.watchPayment(payment.id, { facts: '', state: undefined }, true);
    await core.credit('till', chargeId);
    await core.requestRefund(payment.id, { id: 'r1', ...admin });
    const refundId = `${payment.id}:r1`;
    system.answer = { status: 'refunded', systemRefundId: `sr-${payment.id}` };
    expect(await till.returnToPayer(refundId)).toBe('refunded');
    await core.settleRefund(refundId);
    expect(system.refunds.get(refundId)).toMatchObject([{ email: 'first@mail.example' }]);
  });

  test('whose call never arrived is sent again', async () => {
    const on = await paid();
    await ask(on);
    on.system.fail('refund', 'unknown');
    await failureOf(on.till.returnToPayer(on.refundId));
    expect(await on.till.returnToPayer(on.refundId)).toBe('refunded');
    expect(on.system.refunds.get(on.refundId)).toHaveLength(1);
  });

  test('that stays pending is asked about at growing distances until it is decided', async () => {
    const on = await paid();
    await ask(on);
    on.system.answer = { status: 'pending', systemRefundId: `sr-${on.payment.id}` };
    expect(await failureOf(on.till.returnToPayer(on.refundId))).toMatchObject({
      type: 'PAYMENT_STILL_OPEN',
      nextRetryDelay: 5000,
    });
    await failureOf(on.till.returnToPayer(on.refundId));
    on.system.answer = { status: 'refused' };
    expect(await on.till.returnToPayer(on.refundId)).toBe('refused');
    expect(on.system.times('refund')).toBe(1);
  });

  test('that was begun and is not found is never begun again', async () => {
    const on = await paid();
    await ask(on);
    on.system.answer = { status: 'pending', systemRefundId: `sr-${on.payment.id}` };
    await failureOf(on.till.returnToPayer(on.refundId));
    on.system.refunds.clear();
    expect(await failureOf(on.till.returnToPayer(on.refundId))).toMatchObject({
      nonRetryable: false,
    });
    expect(on.system.times('refund')).toBe(1);
  });

  test('refused because a call before it arrived late is that one, not a no', async () => {
    const on = await paid();
    await ask(on);
    on.system.fail('refund', 'unknown');
    await failureOf(on.till.returnToPayer(on.refundId));
    on.system.fail('refund', 'invalid', { afterEffect: true });
    expect(await on.till.returnToPayer(on.refundId)).toBe('refunded');
  });

  test('that is pending is not refused by a no to asking again', async () => {
    const on = await paid(createScriptedSystem({}, false));
    await ask(on);
    on.system.answer = { status: 'pending', systemRefundId: `sr-${on.payment.id}` };
    await failureOf(on.till.returnToPayer(on.refundId));
    on.system.fail('refund', 'invalid');
    expect(await failureOf(on.till.returnToPayer(on.refundId))).toMatchObject({
      nonRetryable: false,
    });
    on.system.answer = { status: 'refunded', systemRefundId: `sr-${on.payment.id}` };
    expect(await on.till.returnToPayer(on.refundId)).toBe('refunded');
  });

  test('that the system refuses puts the tokens back', async () => {
    const on = await paid();
    await ask(on);
    on.system.fail('refund', 'invalid');
    expect(await on.till.returnToPayer(on.refundId)).toBe('refused');
    await on.core.putBackRefund(on.refundId);
    expect(await stage.available(on.payment)).toBe(100n);
  });

  test('asked for again after it was refused goes through where the system has one name for both', async () => {
    const on = await paid();
    await ask(on);
    const name = { systemRefundId: `sr-${on.payment.id}` };
    on.system.answer = { status: 'refused', ...name };
    expect(await on.till.returnToPayer(on.refundId)).toBe('refused');
    await on.core.putBackRefund(on.refundId);
    await ask(on, { id: 'r2' });
    on.system.answer = { status: 'refunded', ...name };
    expect(await on.till.returnToPayer(`${on.payment.id}:r2`)).toBe('refunded');
    await on.core.settleRefund(`${on.payment.id}:r2`);
    expect(await stage.available(on.payment)).toBe(0n);
  });

  test('made in the cabinet after ours was refused is booked, under one name too', async () => {
    const on = await paid();
    await ask(on);
    const name = { systemRefundId: `sr-${on.payment.id}` };
    on.system.answer = { status: 'refused', ...name };
    expect(await on.till.returnToPayer(on.refundId)).toBe('refused');
    await on.core.putBackRefund(on.refundId);
    const { chargeId } = on;
    const back = { ...name, chargeId, amount: rub(49_900n), at: new Date() };
    on.system.report = {
      state: 'closed',
      charges: [paidBy(chargeId)],
      refunds: [{ ...back, status: 'refunded' }],
    };
    await on.till.watchPayment(on.payment.id, { facts: '', state: undefined }, true);
    await on.till.watchPayment(on.payment.id, { facts: '', state: undefined }, true);
    expect(await stage.available(on.payment)).toBe(0n);
  });

  test('that goes through after it was put back is booked, also when it carries our id', async () => {
    const on = await paid();
    await ask(on);
    on.system.fail('refund', 'invalid');
    expect(await on.till.returnToPayer(on.refundId)).toBe('refused');
    await on.core.putBackRefund(on.refundId);
    const { chargeId, refundId: reference } = on;
    const late = returnedBy(`late-${on.payment.id}`, { chargeId, reference });
    on.system.report = { ...on.system.report, refunds: [late] };
    await on.till.watchPayment(on.payment.id, { facts: '', state: undefined }, true);
    await on.till.watchPayment(on.payment.id, { facts: '', state: undefined }, true);
    expect(await stage.available(on.payment)).toBe(0n);
  });

  test('made in the cabinet of more than ours leaves is booked whole once ours was refused', async () => {
    const on = await paid();
    await ask(on, { amount: '20000' });
    const made = returnedBy(`cab-${on.payment.id}`, {
      chargeId: on.chargeId,
      amount: rub(40_000n),
    });
    on.system.report = { ...on.system.report, refunds: [made] };
    const look = () => on.till.watchPayment(on.payment.id, { facts: '', state: undefined }, true);
    expect((await look()).foreign).toEqual([]);
    await on.core.putBackRefund(on.refundId);
    const [booked] = (await look()).foreign;
    expect(await stage.payments.getRefund(booked?.refundId ?? '')).toMatchObject({
      origin: 'cabinet',
      status: 'settled',
      amount: rub(40_000n),
    });
  });

  test('held up by our account is tried again for as long as it takes', async () => {
    const on = await paid();
    await ask(on);
    on.system.fail('refund', 'auth');
    expect(await failureOf(on.till.returnToPayer(on.refundId))).toMatchObject({
      type: 'PAYMENT_SYSTEM_REFUSED',
      nonRetryable: false,
      nextRetryDelay: 600_000,
    });
    expect(await on.till.returnToPayer(on.refundId)).toBe('refunded');
  });

  test('of spent tokens is refused, and by force becomes a debt', async () => {
    const on = await paid();
    await stage.ledger.debit({
      personId: on.payment.personId,
      amount: tokens(60n),
      key: `spend:${on.payment.id}`,
      operation: 'debit',
      reference: on.payment.id,
    });
    expect(await ask(on)).toMatchObject({ code: 'REFUND_TOKENS_SPENT' });
    await ask(on, { id: 'r2', force: true });
    expect(await stage.ledger.balance(on.payment.personId)).toMatchObject({ debt: 60n });
  });
});

describe('money to be returned by hand', () => {
  async function waiting() {
    const on = await paid();
    await ask(on);
    on.system.answer = { status: 'manual' };
    expect(await on.till.returnToPayer(on.refundId)).toBe('by_hand');
    await on.core.awaitHand(on.refundId);
    return on;
  }

  test('is listed and asked of the admins, and asked of the system no more', async () => {
    const on = await waiting();
    await on.notices.tellByHand(on.refundId);
    expect(on.telegram.done.map(({ chatId }) => chatId)).toEqual([adminId]);
    const listed = await stage.payments.manualRefunds(100);
    expect(listed.map(({ id }) => id)).toContain(on.refundId);
    expect(await on.till.returnToPayer(on.refundId)).toBe('by_hand');
    expect(on.system.times('refund')).toBe(1);
  });

  test.each([
    // What its system will never list stays marked, or the reconciliation would miss it there.
    [true, 'settled', true, 0n],
    [false, 'put_back', false, 100n],
  ] as const)('confirmed with done %s is %s, by an admin', async (done, status, manual, left) => {
    const on = await waiting();
    const word = { id: 'r1', ...admin, reason: 'by bank transfer', done };
    expect(await on.core.confirmRefund(on.refundId, { ...word, actor: '1' })).toBe(
      'REFUND_ACTOR_UNKNOWN',
    );
    expect(await on.core.confirmRefund(on.refundId, word)).toBeUndefined();
    expect(await stage.payments.getRefund(on.refundId)).toMatchObject({ status, manual });
    expect(await stage.available(on.payment)).toBe(left);
    const audit = await stage.db.auditEntry.findMany({
      where: { target: `payment:${on.payment.id}`, outcome: status },
    });
    expect(audit).toMatchObject([{ reason: 'by bank transfer' }]);
  });

  test('is not confirmed for a refund nobody asked for', async () => {
    const on = await paid();
    expect(await ask(on, { done: true })).toMatchObject({ code: 'NOT_FOUND' });
    expect(await stage.available(on.payment)).toBe(100n);
  });
});

describe('the housekeeping of payments', () => {
  const later = () => new Date(Date.now() + 3_600_000);

  test('delivers stored news once Temporal is back, and never what names no payment', async () => {
    const payment = await stage.order();
    const { housekeeping, engine } = stage.play(undefined, later);
    await stage.events.record({ system: 'till', eventId: 'stray', event: 'paid', paymentId: 'x' });
    const event = { system: 'till', eventId: `e-${payment.id}`, event: 'paid' };
    await stage.events.record({ ...event, paymentId: payment.id });
    engine.down = true;
    expect(await failureOf(housekeeping.redeliverPaymentNews())).toBeDefined();
    engine.down = false;
    await housekeeping.redeliverPaymentNews();
    await housekeeping.redeliverPaymentNews();
    expect(engine.news).toEqual([payment.id]);
  });

  test('does for the other payments what it cannot do for one', async () => {
    const [stuck, other] = [await stage.order(), await stage.order()];
    const { housekeeping, engine } = stage.play(undefined, later);
    for (const { id: paymentId } of [stuck, other]) {
      const event = { system: 'till', eventId: `e-${paymentId}`, event: 'paid', paymentId };
      await stage.events.record(event);
    }
    const deliver = engine.paymentNews.bind(engine);
    engine.paymentNews = async (input) => {
      if (input.paymentId === stuck.id) throw new Error('exceeded the limit for signals');
      await deliver(input);
    };
    expect(await failureOf(housekeeping.redeliverPaymentNews())).toBeDefined();
    expect(engine.news).toEqual([other.id]);
    engine.paymentNews = deliver;
    await housekeeping.redeliverPaymentNews();
  });

  test('finds the payment of news by its invoice, also when that became known later', async () => {
    const payment = await stage.order();
    const { housekeeping, engine, till } = stage.play(undefined, later);
    const invoiceId = `inv-${payment.id}`;
    const stored = await stage.events.record({
      system: 'till',
      eventId: invoiceId,
      event: 'paid',
      invoiceId,
    });
    expect(stored.payment).toBeNull();
    await till.openPayment(payment.id);
    await housekeeping.redeliverPaymentNews();
    expect(engine.news).toEqual([payment.id]);
  });

  test('takes up a refund whose workflow is gone, and leaves the others alone', async () => {
    const on = await paid();
    await ask(on, { amount: '100' });
    const { housekeeping, engine } = stage.play(undefined, later);
    const open = new Set(
      (await stage.payments.refundsUnderWay(100, later())).map(({ payment }) => payment.id),
    );
    open.delete(on.payment.id);
    engine.paymentIsOpen = async (id) => open.has(id);
    await housekeeping.resumeRefunds();
    expect(engine.refunds).toEqual([{ target: on.payment.id, request: { id: 'r1', ...admin } }]);
    // The same id: the workflow goes on with the refund that is there.
    expect(await ask(on)).toEqual({ outcome: 'clawed_back', refundId: on.refundId });
  });

  test('comes to what admins have in hand only after the rest, however old that is', async () => {
    const [byHand, left] = [await paid(), await paid()];
    for (const on of [byHand, left]) await ask(on, { amount: '100' });
    await stage.payments.awaitHand(byHand.refundId);
    const under = await stage.payments.refundsUnderWay(1000, later());
    const order = under.map(({ payment }) => payment.id);
    expect(order.indexOf(left.payment.id)).toBeLessThan(order.indexOf(byHand.payment.id));
  });

  test('wakes a payment that nobody ended', async () => {
    const payment = await stage.order();
    const { housekeeping, engine } = stage.play(
      undefined,
      () => new Date(Date.now() + 3 * 24 * 3_600_000),
    );
    const kept = await stage.order();
    engine.paymentIsOpen = async (id) => id === kept.id;
    await housekeeping.wakeOverduePayments();
    expect(engine.news).toContain(payment.id);
    // Its own workflow looks by itself.
    expect(engine.news).not.toContain(kept.id);
  });

  test('comes to every payment, although older ones wait for slow money', async () => {
    const waiting = [await stage.order(), await stage.order()];
    const met = new Set<string>();
    for (let turn = 0; turn < 1000 && !waiting.every(({ id }) => met.has(id)); turn += 1) {
      for (const { id } of await stage.payments.overdue(1, later())) met.add(id);
    }
    expect([...met]).toEqual(expect.arrayContaining(waiting.map(({ id }) => id)));
  });

  test('starts orders whose process died before it did, while they are wanted', async () => {
    const payment = await stage.order();
    const person = await stage.person(100n);
    const { id } = await stage.orderImage(person);
    const { housekeeping: early, engine: asleep } = stage.play();
    await early.startLostOrders();
    expect([...asleep.payments.keys(), ...asleep.generations.keys()]).toEqual([]);
    const inMinutes = (minutes: number) =>
      stage.play(undefined, () => new Date(Date.now() + minutes * 60_000));
    const soon = inMinutes(2);
    await soon.housekeeping.startLostOrders();
    expect(soon.engine.payments.has(payment.id)).toBe(true);
    expect(soon.engine.generations.has(id)).toBe(true);
    const late = inMinutes(90);
    await late.housekeeping.startLostOrders();
    expect([...late.engine.payments.keys(), ...late.engine.generations.keys()]).toEqual([]);
  });

  test('ends an order whose workflow was never started, and none that has one', async () => {
    const [lost, kept] = [await stage.order(), await stage.order()];
    const soon = stage.play(undefined, () => new Date(Date.now() + 20 * 60_000));
    soon.engine.paymentIsOpen = async () => false;
    await soon.housekeeping.wakeOverduePayments();
    expect((await stage.payments.get(lost.id)).status).toBe('created');
    const { housekeeping, engine, till } = stage.play(undefined, later);
    engine.paymentIsOpen = async (id) => id !== lost.id;
    await housekeeping.wakeOverduePayments();
    expect((await stage.payments.get(lost.id)).status).toBe('expired');
    expect((await stage.payments.get(kept.id)).status).toBe('created');
    // Started after all, it opens nothing any more.
    expect(await till.openPayment(lost.id)).toMatchObject({ stage: 'expired' });
  });

  test('begins a return that was decided on and never asked for, once', async () => {
    const payment = await stage.order();
    const { core, till, system } = stage.play();
    const chargeId = `half-${payment.id}`;
    system.report = { ...closed, charges: [paidBy(chargeId, { paid: rub(100n) })] };
    await till.watchPayment(payment.id, { facts: '', state: undefined }, true);
    await core.credit('till', chargeId);
    await core.decide(payment.id, { id: 'd1', chargeId, decision: 'return', ...admin });
    const isListed = async () =>
      (await stage.payments.heldCharges(99)).some((one) => one.chargeId === chargeId);
    expect(await isListed()).toBe(true);
    const { housekeeping, engine } = stage.play(undefined, later);
    engine.paymentIsOpen = async () => false;
    const asked = async () => {
      await housekeeping.resumeRefunds();
      return engine.refunds.filter(({ target }) => target === payment.id);
    };
    const [first] = await asked();
    expect(first?.request).toMatchObject({ chargeId, ...admin });
    // The same decision is the same refund, however often it is taken up.
    expect((await asked()).every((one) => one.request.id === first?.request.id)).toBe(true);
    const request = { id: first?.request.id ?? '', chargeId, ...admin };
    expect((await core.requestRefund(payment.id, request)).outcome).toBe('clawed_back');
    expect(await isListed()).toBe(false);
    await core.settleRefund(`${payment.id}:${request.id}`);
    const before = (await asked()).length;
    expect(await asked()).toHaveLength(before);
  });
});
