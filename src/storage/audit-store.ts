import type { Database, Tx } from './database';

/** One action of an admin. */
export interface AuditRecord {
  /** Telegram id of the admin. */
  readonly actor: string;
  /** What was done, for example "refund_payment". */
  readonly action: string;
  /** On what, for example "payment:<id>". */
  readonly target: string;
  readonly reason: string;
  /** How it ended: a status or an ErrorCode. */
  readonly outcome: string;
}

export interface AuditRow extends AuditRecord {
  readonly id: bigint;
  readonly at: Date;
}

export type AuditStore = ReturnType<typeof createAuditStore>;

/** Append-only; Postgres refuses to change or remove a row. */
export function createAuditStore(db: Database) {
  return {
    /** With `tx`, the record stands or falls with what it tells of. */
    async record(record: AuditRecord, tx?: Tx): Promise<void> {
      await recordAudit(tx ?? db, record);
    },

    /** The newest first. */
    async list(filter: { target?: string; limit: number }): Promise<AuditRow[]> {
      return db.auditEntry.findMany({
        where: filter.target === undefined ? {} : { target: filter.target },
        orderBy: { id: 'desc' },
        take: filter.limit,
      });
    },
  };
}

/** For stores that audit inside their own transaction. */
export async function recordAudit(db: Database | Tx, record: AuditRecord): Promise<void> {
  const { actor, action, target, reason, outcome } = record;
  await db.auditEntry.create({ data: { actor, action, target, reason, outcome } });
}
