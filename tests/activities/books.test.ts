import { randomUUID } from 'node:crypto';
import { createAuditSteps } from '../../src/activities/audit-steps';
import { createOwnerAlerts } from '../../src/activities/owner-alerts';
import { createPaymentNotices } from '../../src/activities/payment-notices';
import { createReconciliationSteps } from '../../src/activities/reconciliation-steps';
import {
  PaymentSystemError,
  type PaymentSystem,
  type SystemTransaction,
} from '../../src/payments/payment-system';
import { createLogger } from '../../src/observability/logger';
import { createDeliveryStore } from '../../src/storage/delivery-store';
import { createFindingStore } from '../../src/storage/finding-store';
import { checkLedger } from '../../src/storage/ledger-check';
import { checkRecent } from '../../src/storage/recent-check';
import { createReconciliationStore } from '../../src/storage/reconciliation-store';
import { createSealStore } from '../../src/storage/seal-store';
import { createFakeEngine } from '../bot/fake-engine';
import { adminId, openPaymentStage, type PaymentStage } from './payment-stage';
import { nothingPaid, paidBy, returnedBy, rub, traits } from './scripted-system';
import { createScriptedTelegram } from './scripted-telegram';

let stage: PaymentStage;
beforeEach(async () => {
  stage = await openPaymentStage();
});
afterEach(() => stage.close());

const hoursAgo = (hours: number): Date => new Date(Date.now() - hours * 3_600_000);

/** A system that can be asked about a payment. */
const askable = async () => nothingPaid;

/** The steps over the real stores, with a payment system that lists what a test says. */
function office(
  fetchStatus?: PaymentSystem['fetchStatus'],
  more: Pick<PaymentSystem, 'listsRefundsByCharge'> = {},
) {
  const telegram = createScriptedTelegram();
  const engine = createFakeEngine();
  const findings = createFindingStore(stage.db);
  const pages: SystemTransaction[][] = [[]];
  const system = {
    id: 'till',
    fetchStatus,
    ...more,
    listSince: async (_since: Date, cursor = '0') => {
      const next = Number(cursor) + 1;
      const transactions = pages[next - 1] ?? [];
      return { transactions, ...(next < pages.length ? { cursor: `${next}` } : {}) };
    },
  } as unknown as PaymentSystem;
  const silent = { id: 'silent' } as unknown as PaymentSystem;
  const deps = {
    ...stage,
    engine,
    findings,
    systems: {
      ready: new Map([
        ['till', { definition: traits, system }],
        ['silent', { definition: { ...traits, id: 'silent' }, system: silent }],
      ]),
      off: [],
      get: () => system,
    },
    reconciliations: createReconciliationStore(stage.db),
    seals: createSealStore(stage.db),
    checkLedger: () => checkLedger(stage.db),
    checkRecent: (since: Date) => checkRecent(stage.db, since),
    windows: {
      complaintWindowMs: 1,
      generationDeadlineMs: 1,
      invoiceExpiryMs: 1,
      refundWindowMs: 1,
    },
    logger: createLogger('silent'),
    now: () => new Date(),
  };
  const news = {
    ...deps,
    telegram: telegram.client,
    deliveries: createDeliveryStore(stage.db),
    admins: [adminId.toString()],
  };
  const alerts = createOwnerAlerts(news);
  const notices = createPaymentNotices(news);
  const classes = async () =>
    (await findings.open(100)).map(({ class: name, subject }) => `${name} ${subject}`);
  return {
    steps: createReconciliationSteps({ ...deps, alerts, notices }),
    audit: createAuditSteps({ ...deps, alerts }),
    telegram,
    engine,
    findings,
    pages,
    classes,
  };
}

/** A payment whose charge was seen an hour ago and credited. */
async function sold() {
  const payment = await stage.order();
  const charge = paidBy(`c-${randomUUID()}`, { at: hoursAgo(1), fee: rub(1_000n) });
  await stage.payments.observe(payment.id, { state: 'closed', charges: [charge], refunds: [] });
  await stage.payments.credit('till', charge.chargeId);
  const listed = { kind: 'charge' as const, paymentId: payment.id, charge };
  return { payment, charge, listed };
}

describe('the reconciliation', () => {
  test('finds nothing where both sides say the same, over all pages', async () => {
    const { steps, pages } = office();
    const [one, two] = [await sold(), await sold()];
    pages.splice(0, 1, [one.listed], [two.listed]);
    expect(await steps.systemsToReconcile()).toEqual(['till']);
    expect(await steps.reconcile('till', 2)).toBe(0);
  });

  test('makes the payment look again where money is not booked, and tells only if that did not help', async () => {
    const { steps, pages, engine, telegram, classes } = office(askable);
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
    const { steps, pages, engine } = office(askable);
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
    const { steps, pages, engine, telegram, classes } = office(askable);
    const payment = await stage.order();
    const charge = paidBy('c-deaf', { at: hoursAgo(1) });
    pages[0] = [{ kind: 'charge', paymentId: payment.id, charge }];
    engine.down = true;
    for (let run = 0; run < 2; run += 1) expect(await steps.reconcile('till', 2)).toBe(1);
    expect(await classes()).toEqual(['missing_here charge:c-deaf']);
    expect(telegram.done).toHaveLength(1);
  });

  test('takes money nobody told of from the list of a system that cannot be asked', async () => {
    const { steps, pages, engine, classes } = office();
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
    const { steps, pages, telegram, classes } = office();
    const { payment, charge, listed } = await sold();
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
    const { steps, pages, findings, telegram } = office();
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
    const { steps, pages, classes, findings, telegram, engine } = office();
    const { payment, charge, listed } = await sold();
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
    const { steps, pages, classes } = office();
    const kept = await sold();
    const gone = await sold();
    const wrong = await sold();
    const disputed = await sold();
    const twice = await sold();
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
    const { payment, charge } = await sold();
    await stage.db.$executeRaw`
      UPDATE charges SET paid_at = ${hoursAgo(200)} WHERE charge_id = ${charge.chargeId}`;
    const refund = returnedBy('sr-late', { chargeId: charge.chargeId, at: hoursAgo(1) });
    const report = { state: 'closed', charges: [], refunds: [refund] } as const;
    await stage.payments.observe(payment.id, report);
    await stage.db.$executeRaw`UPDATE refunds SET finished_at = ${hoursAgo(1)}`;
    const plain = office();
    await plain.steps.reconcile('till', 2);
    expect(await plain.classes()).toEqual([expect.stringMatching(/^missing_there refund:/)]);
    await office(undefined, { listsRefundsByCharge: true }).steps.reconcile('till', 2);
    expect(await plain.classes()).toEqual([]);
  });

  test('misses no refund that took the system longer than its list goes back', async () => {
    const { steps, pages, classes } = office();
    const { payment, charge, listed } = await sold();
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
    const { steps, pages } = office();
    const { payment, charge, listed } = await sold();
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
    const { steps, pages, engine, classes } = office(askable);
    const { payment, charge, listed } = await sold();
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

  test('a list that is empty although money was booked is itself an alarm', async () => {
    const { steps, telegram, classes } = office();
    await sold();
    expect(await steps.reconcile('till', 2)).toBe(1);
    expect(await classes()).toEqual(['empty_run run']);
    expect(telegram.done).toHaveLength(1);
  });

  test('a system that could not be read is an alarm until it is read', async () => {
    const { steps, telegram, classes } = office();
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
    const at = office(fetchStatus);
    const [kept, gone] = [await sold(), await sold()];
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
    const { steps, pages, engine } = office(askable);
    const [kept, gone] = [await sold(), await sold()];
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
    const { steps, pages } = office();
    const all = [await sold(), await sold(), await sold()];
    for (const listed of [[], all.slice(0, 1).map((one) => one.listed)]) {
      pages[0] = listed;
      await steps.reconcile('till', 2);
      await later();
      await steps.reconcile('till', 2);
    }
    for (const { payment } of all) expect(await stage.available(payment)).toBe(100n);
  });
});

describe('the audit', () => {
  /** Changes rows as somebody with the database's password could. */
  async function behindTheTriggers(statement: string) {
    await stage.db.$transaction([
      stage.db.$executeRaw`SET LOCAL session_replication_role = replica`,
      stage.db.$executeRawUnsafe(statement),
    ]);
  }

  test('finds nothing in sound books, and says where they are sealed', async () => {
    const { audit, telegram } = office();
    await sold();
    expect(await audit.sealBooks(null)).toEqual({ head: null, broken: 0 });
    expect([await audit.auditRecent(), await audit.auditAll()]).toEqual([0, 0]);
    expect(await audit.auditSeals(null)).toEqual({ broken: 0, next: null });
    expect(telegram.done).toHaveLength(0);
  });

  test('tells admins once of a balance that was changed behind the entries', async () => {
    const { audit, telegram, classes } = office();
    const { payment } = await sold();
    await behindTheTriggers('UPDATE ledger_balances SET available = available + 1');
    expect(await audit.auditRecent()).toBe(1);
    expect(await audit.auditRecent()).toBe(1);
    expect(await classes()).toEqual(['broken I2 people whose balance differs from their entries']);
    expect(telegram.done).toHaveLength(1);
    expect((await createFindingStore(stage.db).open(1))[0]?.detail).toBe(payment.personId);
    expect(await audit.auditAll()).toBeGreaterThan(0);
  });

  test('that did not get through is told once, and is no broken ledger', async () => {
    const { audit, telegram, classes } = office();
    await audit.noteUnaudited();
    await audit.noteUnaudited();
    expect(await classes()).toEqual(['unread audit']);
    expect(telegram.done).toHaveLength(1);
  });

  test('finds what was changed after it was sealed, and a chain that was made anew', async () => {
    const { audit, classes } = office();
    await sold();
    const head = await createSealStore(stage.db).sealUntil(new Date());
    await behindTheTriggers('UPDATE ledger_transfers SET reference = reference || 1');
    await audit.auditSeals(null);
    expect(await classes()).toEqual(['broken seal 1']);
    await behindTheTriggers('UPDATE ledger_seals SET chain = md5(chain)');
    expect(await audit.sealBooks(head)).toMatchObject({ broken: 1 });
  });
});
