/** What the reconciliation does: reads a payment system's list, compares, repairs and tells. */
import { isForAdmins, type Finding, type NewFinding } from '../domain/finding';
import { reconcile, surelyMissing, type Listed, type Window } from '../domain/reconciliation';
import type { PaymentSystem, SystemTransaction } from '../payments/payment-system';
import type { FindingStore } from '../storage/finding-store';
import type { ReconciliationStore } from '../storage/reconciliation-store';
import { withMappedFailures } from './failure';
import type { OwnerAlerts } from './owner-alerts';
import { freezeMissing, thawExplained, type FreezesDeps } from './reconciliation-freezes';
import { lookAgain } from './reconciliation-looks';

export interface ReconciliationStepsDeps extends FreezesDeps {
  readonly reconciliations: ReconciliationStore;
  readonly findings: Pick<FindingStore, 'report' | 'settleOthers'>;
  readonly alerts: Pick<OwnerAlerts, 'finding'>;
  readonly now: () => Date;
}

const hourMs = 3_600_000;
/** Runs look at the same time again: systems list late, and by the moment a payment was begun. */
const overlapMs = 48 * hourMs;
/** What is younger is still being dealt with by its own payment. */
const graceMs = 10 * 60_000;
/** From such a run on open disputes are looked at, whose end no list shows. */
const fullHours = 24;

export type ReconciliationSteps = ReturnType<typeof createReconciliationSteps>;

export function createReconciliationSteps(deps: ReconciliationStepsDeps) {
  async function tell(found: readonly NewFinding[]): Promise<readonly Finding[]> {
    const open = await deps.findings.report(found);
    for (const finding of open) {
      if (isForAdmins(finding)) await deps.alerts.finding(finding);
    }
    return open;
  }

  return withMappedFailures({
    /** Those that can list their transactions. */
    async systemsToReconcile(): Promise<string[]> {
      return [...deps.systems.ready.values()]
        .filter(({ system }) => system.listSince !== undefined)
        .map(({ definition }) => definition.id);
    },

    /** Answers how many findings are open. Repeats are harmless. */
    async reconcile(system: string, hours: number): Promise<number> {
      const now = deps.now().getTime();
      const since = new Date(now - hours * hourMs - overlapMs);
      const sureSince = new Date(now - hours * hourMs);
      const adapter = deps.systems.get(system);
      const window: Window = {
        system,
        since,
        sureSince,
        until: new Date(now - graceMs),
        listsRefundsByCharge: adapter.listsRefundsByCharge === true,
      };
      const listed = await list(adapter, since);
      const chargeIds = listed.charges.map(({ charge }) => charge.chargeId);
      const books = await deps.reconciliations.books(window, {
        chargeIds: [...chargeIds, ...listed.refunds.map(({ refund }) => refund.chargeId)],
        paymentIds: listed.charges.flatMap(({ paymentId }) => paymentId ?? []),
      });
      const found = reconcile(window, listed, books);
      const doubtful = hours >= fullHours ? await deps.reconciliations.disputed(system) : [];
      for (const paymentId of new Set([
        ...found.flatMap((one) => one.paymentId ?? []),
        ...doubtful,
      ])) {
        await lookAgain(deps, paymentId, { listed, booked: books.charges });
      }
      const open = await tell(found);
      // Who saw nothing cannot say that anything is explained.
      if (found.some(({ class: name }) => name === 'empty_run')) return open.length;
      await freezeMissing(deps, system, { missing: surelyMissing(window, listed, books), open });
      const subjects = chargeIds.map((id) => `charge:${id}`);
      await deps.findings.settleOthers({ ...window, subjects }, found);
      await thawExplained(deps, system, chargeIds);
      return open.length;
    },

    /** The system could not be read: nobody knows what this run would have found. */
    async noteUnread(system: string): Promise<void> {
      const detail = 'its transactions could not be listed';
      await tell([{ class: 'unread', system, subject: 'run', detail, happenedAt: deps.now() }]);
    },
  });
}

async function list(system: PaymentSystem, since: Date): Promise<Listed> {
  const all: SystemTransaction[] = [];
  let cursor: string | undefined;
  do {
    const page = await system.listSince?.(since, cursor);
    all.push(...(page?.transactions ?? []));
    cursor = page?.cursor;
  } while (cursor !== undefined);
  return {
    charges: all.flatMap((one) => (one.kind === 'charge' ? [one] : [])),
    refunds: all.flatMap((one) => (one.kind === 'refund' ? [one] : [])),
  };
}
