/** The steps of the audit and the reconciliation over the real stores, and a system that lists what a test says. */
import { randomUUID } from 'node:crypto';
import { createAuditSteps } from '../../src/activities/audit-steps';
import { createOwnerAlerts } from '../../src/activities/owner-alerts';
import { createPaymentNotices } from '../../src/activities/payment-notices';
import { createReconciliationSteps } from '../../src/activities/reconciliation-steps';
import type { PaymentSystem, SystemTransaction } from '../../src/payments/payment-system';
import { createLogger } from '../../src/observability/logger';
import { createDeliveryStore } from '../../src/storage/delivery-store';
import { createFindingStore } from '../../src/storage/finding-store';
import { checkLedger } from '../../src/storage/ledger-check';
import { checkRecent } from '../../src/storage/recent-check';
import { createReconciliationStore } from '../../src/storage/reconciliation-store';
import { createSealStore } from '../../src/storage/seal-store';
import { createFakeEngine } from '../bot/fake-engine';
import { adminId, type PaymentStage } from './payment-stage';
import { nothingPaid, paidBy, rub, traits } from './scripted-system';
import { createScriptedTelegram } from './scripted-telegram';

export const hoursAgo = (hours: number): Date => new Date(Date.now() - hours * 3_600_000);

/** A system that can be asked about a payment. */
export const askable = async () => nothingPaid;

/** The steps over the real stores, with a payment system that lists what a test says. */
export function office(
  stage: PaymentStage,
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
export async function sold(stage: PaymentStage) {
  const payment = await stage.order();
  const charge = paidBy(`c-${randomUUID()}`, { at: hoursAgo(1), fee: rub(1_000n) });
  await stage.payments.observe(payment.id, { state: 'closed', charges: [charge], refunds: [] });
  await stage.payments.credit('till', charge.chargeId);
  const listed = { kind: 'charge' as const, paymentId: payment.id, charge };
  return { payment, charge, listed };
}
