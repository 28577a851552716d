/** The queue of what the audit and the reconciliation found, for admins. */
import { AppError } from '../domain/errors';
import {
  reconciliationActor,
  type Finding,
  type FindingClass,
  type NewFinding,
} from '../domain/finding';
import { Prisma } from '../generated/prisma/client';
import { recordAudit } from './audit-store';
import type { Database } from './database';

/** What a run looked at: what it no longer finds there is explained. */
export interface Looked {
  readonly system: string;
  readonly since: Date;
  /** Only from here on it would have missed what the system does not list. */
  readonly sureSince: Date;
  readonly until: Date;
  /** What the system listed from before the window: of an old charge a new dispute. */
  readonly subjects: readonly string[];
}

export type FindingStore = ReturnType<typeof createFindingStore>;

export function createFindingStore(db: Database) {
  return {
    /**
     * Adds what is new and counts what was there. What an admin explained with the same words before
     * is not brought up again. Answers the findings that are open.
     */
    async report(found: readonly NewFinding[]): Promise<Finding[]> {
      const open: Finding[] = [];
      for (const one of found) open.push(...(await reportOne(db, one)));
      return open;
    },

    /** Resolves what a run did not find again, and what was said of the run itself. */
    async settleOthers(looked: Looked, found: readonly NewFinding[]): Promise<void> {
      const still = found.map(({ class: name, subject }) => `${name} ${subject}`);
      await db.$executeRaw`
        UPDATE reconciliation_findings
        SET resolved_at = now(), resolved_by = ${reconciliationActor}, resolution = 'No longer found'
        WHERE resolved_at IS NULL AND system = ${looked.system}
          AND (subject = ANY(${[...looked.subjects]}::text[])
            OR happened_at >= CASE class WHEN 'missing_there' THEN ${looked.sureSince}::timestamptz
              ELSE ${looked.since}::timestamptz END
            AND happened_at < ${looked.until}::timestamptz)
          AND NOT class || ' ' || subject = ANY(${still}::text[])`;
    },

    /** The oldest first. */
    async open(limit: number): Promise<Finding[]> {
      return db.$queryRaw<Finding[]>(
        Prisma.sql`SELECT ${columns} FROM reconciliation_findings WHERE resolved_at IS NULL
          ORDER BY id LIMIT ${limit}::int`,
      );
    },

    /** Audited. Throws NOT_FOUND when there is no such open finding. */
    async resolve(id: bigint, by: { actor: string; reason: string }): Promise<void> {
      await db.$transaction(async (tx) => {
        const rows = await tx.$queryRaw<{ class: string; system: string }[]>`
          UPDATE reconciliation_findings
          SET resolved_at = now(), resolved_by = ${by.actor}, resolution = ${by.reason}
          WHERE id = ${id} AND resolved_at IS NULL RETURNING class, system`;
        if (rows[0] === undefined) throw new AppError('NOT_FOUND', `No open finding ${id}`);
        const target = `finding:${id}`;
        await recordAudit(tx, { ...by, action: 'resolve_finding', target, outcome: 'resolved' });
      });
    },

    /** Open findings by class and system, for the metrics. */
    async figures(): Promise<FindingFigures[]> {
      return db.$queryRaw<FindingFigures[]>`
        SELECT class, system, count(*)::int AS open FROM reconciliation_findings
        WHERE resolved_at IS NULL GROUP BY class, system`;
    },
  };
}

export interface FindingFigures {
  readonly class: FindingClass;
  readonly system: string;
  readonly open: number;
}

function reportOne(db: Database, one: NewFinding): Promise<Finding[]> {
  const { class: name, system, subject, detail } = one;
  return db.$queryRaw<Finding[]>(Prisma.sql`
    INSERT INTO reconciliation_findings
      (class, system, subject, payment_id, detail, amount_minor, currency, happened_at)
    SELECT ${name}, ${system}, ${subject}, ${one.paymentId ?? null}, ${detail},
      ${one.amountMinor ?? null}::bigint, ${one.currency ?? null}, ${one.happenedAt}::timestamptz
    WHERE NOT EXISTS (SELECT 1 FROM reconciliation_findings
      WHERE class = ${name} AND system = ${system} AND subject = ${subject} AND detail = ${detail}
        AND resolved_by <> ${reconciliationActor})
    ON CONFLICT (class, system, subject) WHERE resolved_at IS NULL
    DO UPDATE SET seen = reconciliation_findings.seen + 1, last_seen_at = now(),
      detail = excluded.detail, payment_id = excluded.payment_id
    RETURNING ${columns}`);
}

const columns = Prisma.sql`id, class, system, subject, payment_id AS "paymentId", detail,
  amount_minor AS "amountMinor", currency, happened_at AS "happenedAt", seen,
  first_seen_at AS "firstSeenAt", last_seen_at AS "lastSeenAt"`;
