/** What the audit does: seals what was written, proves the rules of the ledger, tells when one broke. */
import { isForAdmins, type NewFinding } from '../domain/finding';
import type { Logger } from '../observability/logger';
import type { FindingStore } from '../storage/finding-store';
import type { Violation } from '../storage/invariants';
import type { LedgerCheck } from '../storage/ledger-check';
import type { SealHead, SealStore } from '../storage/seal-store';
import { withMappedFailures } from './failure';
import type { OwnerAlerts } from './owner-alerts';

export interface AuditStepsDeps {
  readonly seals: SealStore;
  readonly findings: Pick<FindingStore, 'report'>;
  readonly checkLedger: () => Promise<LedgerCheck>;
  readonly checkRecent: (since: Date) => Promise<Violation[]>;
  readonly alerts: Pick<OwnerAlerts, 'finding'>;
  readonly now: () => Date;
  readonly logger: Logger;
}

/** Longer than any transaction of ours, which end after 15 s. */
const sealLagMs = 60_000;
const recentMs = 24 * 3_600_000;
/** About a day of seals. */
const recentSeals = 48;
const sealsAtOnce = 50;
const idsShown = 5;

/** `next` is where the next look goes on; null when all was looked at. */
export interface AuditedSeals {
  readonly broken: number;
  readonly next: string | null;
}

export type AuditSteps = ReturnType<typeof createAuditSteps>;

export function createAuditSteps(deps: AuditStepsDeps) {
  const { seals, now } = deps;

  /** Stores each broken rule once, and tells admins of the new ones. */
  async function report(
    broken: readonly { subject: string; detail: string }[],
    as: NewFinding['class'] = 'broken',
  ): Promise<number> {
    const found = broken.map((one): NewFinding => ({
      class: as,
      system: 'ledger',
      ...one,
      happenedAt: now(),
    }));
    for (const finding of await deps.findings.report(found)) {
      if (isForAdmins(finding)) await deps.alerts.finding(finding);
    }
    return broken.length;
  }

  return withMappedFailures({
    /** Seals what is closed by now. `remembered` is the newest seal as the run before left it. */
    async sealBooks(
      remembered: SealHead | null,
    ): Promise<{ head: SealHead | null; broken: number }> {
      const isGone = remembered !== null && !(await seals.stillHolds(remembered));
      const broken = await report(
        isGone
          ? [{ subject: `seal ${remembered.number}`, detail: 'is not the one that was made' }]
          : [],
      );
      const head = await seals.sealUntil(new Date(now().getTime() - sealLagMs));
      return { head, broken };
    },

    /** What was written in the last day: the sums, and the seals over it. */
    async auditRecent(): Promise<number> {
      const violations = await deps.checkRecent(new Date(now().getTime() - recentMs));
      const { broken } = await seals.verify(await seals.before(recentSeals), recentSeals);
      return report([...violations.map(told), ...broken.map(toldOfSeal)]);
    },

    /** Every rule over the whole ledger, in one snapshot. */
    async auditAll(): Promise<number> {
      const check = await deps.checkLedger();
      const broken = brokenOf(check);
      if (check.sound !== (broken.length === 0)) throw new Error('The check contradicts itself');
      deps.logger.info({ transfers: check.transfers.toString(), broken }, 'The ledger was audited');
      return report(broken);
    },

    /** A run could not look to its end, so nobody knows how the books are. */
    async noteUnaudited(): Promise<void> {
      await report([{ subject: 'audit', detail: 'could not look to its end' }], 'unread');
    },

    /** Some seals from the oldest on. */
    async auditSeals(after: string | null): Promise<AuditedSeals> {
      const { broken, next } = await seals.verify(after, sealsAtOnce);
      return { broken: await report(broken.map(toldOfSeal)), next };
    },
  });
}

function told({ invariant, what, ids }: Violation) {
  const more = ids.length > idsShown ? ` and ${ids.length - idsShown} more` : '';
  return { subject: `${invariant} ${what}`, detail: `${ids.slice(0, idsShown).join(', ')}${more}` };
}

function toldOfSeal(fault: string) {
  const [number, what] = fault.split(' ');
  return { subject: `seal ${number}`, detail: `${what} changed after it was sealed` };
}

function brokenOf(check: LedgerCheck) {
  const lists: readonly Violation[] = [
    { invariant: 'I1', what: 'transfers that do not sum to zero', ids: check.unbalancedTransfers },
    { invariant: 'I2', what: 'balances that differ from entries', ids: check.brokenBalances },
    {
      invariant: 'I2',
      what: 'people whose transfers have a gap or show wrong balances',
      ids: check.brokenChains,
    },
    { invariant: 'I6', what: 'holds that differ from reserves', ids: check.brokenHolds },
    { invariant: 'I6', what: 'reserves that ended not once', ids: check.brokenReserves },
    ...check.violations,
  ];
  const broken = lists.filter(({ ids }) => ids.length > 0).map(told);
  if (check.sumOfDeltas === 0n) return broken;
  return [...broken, { subject: 'I1 sum of all entries', detail: `${check.sumOfDeltas}` }];
}
