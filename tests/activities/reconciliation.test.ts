import { PaymentSystemError, type PaymentSystem } from '../../src/payments/payment-system';
import { askable, hoursAgo, office, sold } from './books-office';
import { adminId, openPaymentStage, type PaymentStage } from './payment-stage';
import { paidBy, returnedBy, rub } from './scripted-system';

let stage: PaymentStage;
beforeEach(async () => {
  stage = await openPaymentStage();
});
afterEach(() => stage.close());

describe('the reconciliation', () => {
  test('finds nothing where both sides say the same, over all pages', async () => {
    const { steps, pages } = office(stage);
    const [one, two] = [await sold(stage), await sold(stage)];
    pages.splice(0, 1, [one.listed], [two.listed]);
    expect(await steps.systemsToReconcile()).toEqual(['till']);
    expect(await steps.reconcile('till', 2)).toBe(0);
  });

  test('makes the payment look again where money is not booked, and tells only if that did not help', async () => {
    const { steps, pages, engine, telegram, classes } = office(stage, askable);
    const payment = await stage.order();
    const charge = paidBy('c-lost', { at: hoursAgo(1) });
    pages[0] = [{ kind: 'charge', paymentId: payment.id, charge }];
    expect(await steps.reconcile('till', 2)).toBe(1);
    expect(engine.news).toEqual([payment.id]);
    expect(telegram.done).toHaveLength(0);
    await steps.reconcile('till', 2);
    await steps.reconcile('till', 2);
    expect(telegram.done).toHaveLength(1);
    await stage.payments.observe(payment.id, { state: 'closed', charges: [charge], refunds: [] });
    await stage.payments.credit('till', 'c-lost');
    expect(await steps.reconcile('till', 2)).toBe(0);
    expect(await classes()).toEqual([]);
  });

  test('of money for a payment that had failed ends with its tokens, and the person told', async () => {
    const { steps, pages, engine } = office(stage, askable);
    const payment = await stage.order();
    const { till, core, invoice, system, telegram } = stage.play();
    system.fail('openInvoice', 'unknown', { afterEffect: true });
    await expect(till.openPayment(payment.id)).rejects.toThrow();
    await core.failPayment(payment.id, 'PAYMENT_EXPIRED');
    const charge = paidBy('c-after', { at: hoursAgo(1) });
    pages[0] = [{ kind: 'charge', paymentId: payment.id, charge }];
    await steps.reconcile('till', 2);
    expect(engine.news).toEqual([payment.id]);
    // What the payment's workflow does of such news.
    expect(await till.openPayment(payment.id)).toMatchObject({ stage: 'failed', isAsked: true });
    system.report = { state: 'closed', charges: [charge], refunds: [] };
    const { open } = await till.watchPayment(payment.id, { facts: '', state: undefined }, true);
    for (const chargeId of open) {
      await core.credit('till', chargeId);
      await invoice.tellPaid(payment.id, chargeId);
    }
    expect(await stage.available(payment)).toBe(100n);
    expect((await stage.payments.get(payment.id)).status).toBe('paid');
    expect(telegram.done.map(({ chatId }) => chatId)).toEqual([payment.chatId]);
    expect(await steps.reconcile('till', 2)).toBe(0);
  });

  test('goes on where a payment cannot be told to look again, and admins hear of it next time', async () => {
    const { steps, pages, engine, telegram, classes } = office(stage, askable);
    const payment = await stage.order();
    const charge = paidBy('c-deaf', { at: hoursAgo(1) });
    pages[0] = [{ kind: 'charge', paymentId: payment.id, charge }];
    engine.down = true;
    for (let run = 0; run < 2; run += 1) expect(await steps.reconcile('till', 2)).toBe(1);
    expect(await classes()).toEqual(['missing_here charge:c-deaf']);
    expect(telegram.done).toHaveLength(1);
  });

  test('takes money nobody told of from the list of a system that cannot be asked', async () => {
    const { steps, pages, engine, classes } = office(stage);
    const payment = await stage.order();
    await stage.payments.expire(payment.id);
    const charge = paidBy('c-untold', { at: hoursAgo(1) });
    pages[0] = [{ kind: 'charge', paymentId: payment.id, charge }];
    for (let run = 0; run < 2; run += 1) await steps.reconcile('till', 2);
    // The second run sees a charge that waits for its credit, and its signal may have been lost.
    expect(engine.charges).toEqual(['c-untold', 'c-untold']);
    expect([...engine.payments.keys()]).toEqual([payment.id]);
    expect(await classes()).toEqual(['missing_here charge:c-untold']);
    await stage.payments.credit('till', 'c-untold');
    expect(await stage.available(payment)).toBe(100n);
    expect(await steps.reconcile('till', 2)).toBe(0);
    await stage.assertSound();
  });

  test('books money that went back without a word at a system that cannot be asked, and tells once', async () => {
    const { steps, pages, telegram, classes } = office(stage);
    const { payment, charge, listed } = await sold(stage);
    const { chargeId } = charge;
    const refund = returnedBy(chargeId, { chargeId, amount: charge.paid, at: hoursAgo(1) });
    pages[0] = [listed, { kind: 'refund', refund }];
    for (let run = 0; run < 3; run += 1) await steps.reconcile('till', 2);
    expect(await stage.available(payment)).toBe(0n);
    const chats = telegram.done.map(({ chatId }) => chatId);
    expect(chats.toSorted()).toEqual([adminId, payment.chatId].toSorted());
    expect(await classes()).toEqual([]);
    await stage.assertSound();
  });

  test('tells of money nobody here ordered, and not again once an admin has explained it', async () => {
    const { steps, pages, findings, telegram } = office(stage);
    pages[0] = [{ kind: 'charge', charge: paidBy('c-shop', { at: hoursAgo(1) }) }];
    expect(await steps.reconcile('till', 2)).toBe(1);
    expect(telegram.done).toHaveLength(1);
    const [finding] = await findings.open(1);
    expect(finding).toMatchObject({ class: 'missing_here', amountMinor: 49_900n, currency: 'RUB' });
    const by = { actor: adminId.toString(), reason: 'the other shop of ours' };
    await findings.resolve(finding?.id ?? 0n, by);
    expect(await steps.reconcile('till', 2)).toBe(0);
    await expect(findings.resolve(finding?.id ?? 0n, by)).rejects.toThrow(/No open finding/);
    const [audited] = await stage.db.auditEntry.findMany({ where: { action: 'resolve_finding' } });
    expect(audited).toMatchObject({ ...by, target: `finding:${finding?.id}` });
  });

  test('tells at once, and once, of money that moved without its fiscal receipt', async () => {
    const { steps, pages, classes, findings, telegram, engine } = office(stage);
    const { payment, charge, listed } = await sold(stage);
    pages[0] = [{ ...listed, charge: { ...charge, lacksReceipt: true } }];
    await steps.reconcile('till', 2);
    await steps.reconcile('till', 2);
    expect(await classes()).toEqual([`receipt_missing charge:${charge.chargeId}`]);
    expect(telegram.done).toHaveLength(1);
    expect((await findings.open(1))[0]?.detail).toContain(payment.id);
    // Nothing the payment could do would help.
    expect(engine.news).toEqual([]);
  });

  test('tells every class of difference apart', async () => {
    const { steps, pages, classes } = office(stage);
    const kept = await sold(stage);
    const gone = await sold(stage);
    const wrong = await sold(stage);
    const disputed = await sold(stage);
    const twice = await sold(stage);
    const orphan = returnedBy('sr-9', { chargeId: kept.charge.chargeId, at: hoursAgo(1) });
    pages[0] = [
      { ...kept.listed, charge: { ...kept.charge, fee: rub(1_200n) } },
      { ...wrong.listed, charge: { ...wrong.charge, paid: rub(50_000n) } },
      { ...disputed.listed, charge: { ...disputed.charge, disputed: true } },
      { ...twice.listed, paymentId: kept.payment.id },
      { kind: 'refund', refund: orphan },
    ];
    await steps.reconcile('till', 2);
    const about = (name: string, { charge }: typeof kept) => `${name} charge:${charge.chargeId}`;
    expect((await classes()).sort()).toEqual(
      [
        about('fee_unposted', kept),
        about('amount_mismatch', wrong),
        about('status_mismatch', disputed),
        about('duplicate', twice),
        about('missing_there', gone),
        'refund_orphan refund:sr-9',
      ].sort(),
    );
  });

  test('misses no refund of an old charge at a system that lists refunds by their charge', async () => {
    const { payment, charge } = await sold(stage);
    await stage.db.$executeRaw`
      UPDATE charges SET paid_at = ${hoursAgo(200)} WHERE charge_id = ${charge.chargeId}`;
    const refund = returnedBy('sr-late', { chargeId: charge.chargeId, at: hoursAgo(1) });
    const report = { state: 'closed', charges: [], refunds: [refund] } as const;
    await stage.payments.observe(payment.id, report);
    await stage.db.$executeRaw`UPDATE refunds SET finished_at = ${hoursAgo(1)}`;
    const plain = office(stage);
    await plain.steps.reconcile('till', 2);
    expect(await plain.classes()).toEqual([expect.stringMatching(/^missing_there refund:/)]);
    await office(stage, undefined, { listsRefundsByCharge: true }).steps.reconcile('till', 2);
    expect(await plain.classes()).toEqual([]);
  });

  test('misses no refund that took the system longer than its list goes back', async () => {
    const { steps, pages, classes } = office(stage);
    const { payment, charge, listed } = await sold(stage);
    const refund = returnedBy('sr-slow', { chargeId: charge.chargeId, at: hoursAgo(150) });
    const report = { state: 'closed', charges: [], refunds: [refund] } as const;
    await stage.payments.observe(payment.id, report);
    await stage.db.$executeRaw`UPDATE refunds SET origin = 'signal',
      created_at = ${hoursAgo(150)}, finished_at = ${hoursAgo(1)}`;
    pages[0] = [listed];
    expect(await steps.reconcile('till', 2)).toBe(0);
    await stage.db.$executeRaw`UPDATE refunds SET created_at = ${hoursAgo(1.5)}`;
    await steps.reconcile('till', 2);
    expect(await classes()).toEqual([expect.stringMatching(/^missing_there refund:/)]);
  });

  test('a refund made here and listed there is no orphan', async () => {
    const { steps, pages } = office(stage);
    const { payment, charge, listed } = await sold(stage);
    const refund = returnedBy('sr-1', { chargeId: charge.chargeId, at: hoursAgo(1) });
    await stage.payments.observe(payment.id, {
      state: 'closed',
      charges: [charge],
      refunds: [refund],
    });
    pages[0] = [listed, { kind: 'refund', refund }];
    expect(await steps.reconcile('till', 2)).toBe(0);
  });

  test('makes the payment look again where a refund that was booked came back there', async () => {
    const { steps, pages, engine, classes } = office(stage, askable);
    const { payment, charge, listed } = await sold(stage);
    const refund = returnedBy('sr-2', { chargeId: charge.chargeId, at: hoursAgo(1) });
    const seen = { state: 'closed' as const, charges: [charge], refunds: [refund] };
    await stage.payments.observe(payment.id, seen);
    const failed = { ...refund, status: 'refused' as const };
    pages[0] = [listed, { kind: 'refund', refund: failed }];
    await steps.reconcile('till', 2);
    expect(await classes()).toEqual(['status_mismatch refund:sr-2']);
    expect(engine.news).toEqual([payment.id]);
    await stage.payments.observe(payment.id, { ...seen, refunds: [failed] });
    expect(await steps.reconcile('till', 2)).toBe(0);
  });

  test('notices a dispute over an old charge, and once a day whether it is over', async () => {
    const { steps, pages, engine, classes } = office(stage, askable);
    const { payment, charge } = await sold(stage);
    await stage.db.$executeRaw`UPDATE charges SET paid_at = ${hoursAgo(900)}`;
    const old = { ...charge, at: hoursAgo(900) };
    const seen = (disputed: boolean) => ({ ...old, disputed });
    const look = (disputed: boolean) =>
      stage.payments.observe(payment.id, {
        state: 'closed',
        charges: [seen(disputed)],
        refunds: [],
      });
    pages[0] = [{ kind: 'charge', paymentId: payment.id, charge: seen(true) }];
    await steps.reconcile('till', 2);
    expect(await classes()).toEqual([`status_mismatch charge:${charge.chargeId}`]);
    await look(true);
    await steps.reconcile('till', 2);
    expect([await classes(), engine.news]).toEqual([[], [payment.id]]);
    pages[0] = [];
    await steps.reconcile('till', 24);
    expect(engine.news).toEqual([payment.id, payment.id]);
    await look(false);
    await steps.reconcile('till', 24);
    expect(engine.news).toEqual([payment.id, payment.id]);
    expect(await stage.available(payment)).toBe(100n);
  });

  test('forgets a dispute that ended before it froze anything', async () => {
    const { steps, pages, classes } = office(stage, askable);
    const { payment, charge, listed } = await sold(stage);
    // It was held for it, and an admin credited it all the same.
    await stage.db.$executeRaw`UPDATE charges SET disputed_at = now()`;
    const over = { ...charge, disputed: false };
    pages[0] = [{ ...listed, charge: over }];
    await steps.reconcile('till', 2);
    expect(await classes()).toEqual([`status_mismatch charge:${charge.chargeId}`]);
    await stage.payments.observe(payment.id, { state: 'closed', charges: [over], refunds: [] });
    expect(await steps.reconcile('till', 2)).toBe(0);
  });

  test('a list that is empty although money was booked is itself an alarm', async () => {
    const { steps, telegram, classes } = office(stage);
    await sold(stage);
    expect(await steps.reconcile('till', 2)).toBe(1);
    expect(await classes()).toEqual(['empty_run run']);
    expect(telegram.done).toHaveLength(1);
  });

  test('a system that could not be read is an alarm until it is read', async () => {
    const { steps, telegram, classes } = office(stage);
    await steps.noteUnread('till');
    await steps.noteUnread('till');
    expect(await classes()).toEqual(['unread run']);
    expect(telegram.done).toHaveLength(1);
  });
});

describe('a credited charge its system does not list', () => {
  /** As if the runs so far had been an hour ago. */
  const later = () => stage.db.$executeRaw`
    UPDATE reconciliation_findings SET first_seen_at = first_seen_at - interval '1 hour'`;

  /** Two charges are booked and the first is listed, by two runs with an hour between them. */
  async function missed(fetchStatus?: PaymentSystem['fetchStatus']) {
    const at = office(stage, fetchStatus);
    const [kept, gone] = [await sold(stage), await sold(stage)];
    at.pages[0] = [kept.listed];
    await at.steps.reconcile('till', 2);
    const before = await stage.available(gone.payment);
    await later();
    await at.steps.reconcile('till', 2);
    return { ...at, kept, gone, before };
  }

  test('is frozen by the run that misses it again, and free when it is listed', async () => {
    const { steps, pages, telegram, kept, gone, before, classes } = await missed();
    expect([before, await stage.available(gone.payment)]).toEqual([100n, 0n]);
    expect(await stage.available(kept.payment)).toBe(100n);
    const told = telegram.done.filter(({ chatId }) => chatId === gone.payment.chatId);
    expect(told).toHaveLength(1);
    await stage.assertSound();
    await steps.reconcile('till', 2);
    pages[0] = [kept.listed, gone.listed];
    await steps.reconcile('till', 2);
    expect(await stage.available(gone.payment)).toBe(100n);
    expect(await classes()).toEqual([]);
    expect(telegram.done.filter(({ chatId }) => chatId === gone.payment.chatId)).toHaveLength(2);
    await stage.assertSound();
  });

  test('stays frozen through a run that read nothing', async () => {
    const { steps, pages, gone, classes } = await missed();
    pages[0] = [];
    await steps.reconcile('till', 2);
    expect((await classes()).toSorted()).toEqual([
      'empty_run run',
      `missing_there charge:${gone.charge.chargeId}`,
    ]);
    expect(await stage.available(gone.payment)).toBe(0n);
  });

  test('is free again when an admin has explained it, and not frozen a second time', async () => {
    const { steps, findings, gone } = await missed();
    const [finding] = await findings.open(1);
    const by = { actor: adminId.toString(), reason: 'the cabinet shows it' };
    await findings.resolve(finding?.id ?? 0n, by);
    await steps.reconcile('till', 2);
    await later();
    await steps.reconcile('till', 2);
    expect(await stage.available(gone.payment)).toBe(100n);
  });

  test('is frozen when the system, asked for it, knows nothing of it, and looks again', async () => {
    const { gone, engine } = await missed(askable);
    expect(await stage.available(gone.payment)).toBe(0n);
    expect(engine.news).toEqual([gone.payment.id]);
  });

  test('is told of although Temporal was down when it was frozen, and when it was freed', async () => {
    const { steps, pages, engine } = office(stage, askable);
    const [kept, gone] = [await sold(stage), await sold(stage)];
    const onceDown = async (listed: (typeof pages)[number]) => {
      pages[0] = listed;
      engine.down = true;
      await expect(steps.reconcile('till', 2)).rejects.toThrow();
      engine.down = false;
      await steps.reconcile('till', 2);
    };
    pages[0] = [kept.listed];
    await steps.reconcile('till', 2);
    await later();
    await onceDown([kept.listed]);
    expect(await stage.available(gone.payment)).toBe(0n);
    expect(engine.news).toEqual([gone.payment.id]);
    await onceDown([kept.listed, gone.listed]);
    expect(await stage.available(gone.payment)).toBe(100n);
    expect(engine.news).toEqual([gone.payment.id, gone.payment.id]);
    await stage.assertSound();
  });

  test('is left alone when the system knows it, or cannot be asked', async () => {
    const answers: readonly PaymentSystem['fetchStatus'][] = [
      async ({ paymentId }) => {
        const [row] = await stage.db.charge.findMany({ where: { paymentId } });
        return { state: 'closed', charges: [paidBy(row?.chargeId ?? '')], refunds: [] };
      },
      async () => {
        throw new PaymentSystemError('transient', 'scripted');
      },
    ];
    for (const fetchStatus of answers) {
      const { gone } = await missed(fetchStatus);
      expect(await stage.available(gone.payment)).toBe(100n);
    }
  });

  test('is left alone by a run that read nothing, or less than it should', async () => {
    const { steps, pages } = office(stage);
    const all = [await sold(stage), await sold(stage), await sold(stage)];
    for (const listed of [[], all.slice(0, 1).map((one) => one.listed)]) {
      pages[0] = listed;
      await steps.reconcile('till', 2);
      await later();
      await steps.reconcile('till', 2);
    }
    for (const { payment } of all) expect(await stage.available(payment)).toBe(100n);
  });
});
