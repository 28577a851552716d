/** Statements, read in pages so that a long one needs no memory. */
import type { Database } from './database';

/** A line of a person's statement; amounts are tokens. */
export interface TokenLine {
  readonly version: bigint;
  readonly at: Date;
  readonly operation: string;
  readonly tokens: bigint;
  readonly availableAfter: bigint;
  readonly reference: string;
  readonly key: string;
}

/** A line of a day's statement: one entry of money. Positive is a debit. */
export interface MoneyLine {
  readonly transferId: bigint;
  readonly at: Date;
  readonly operation: string;
  readonly system: string;
  /** None for a payout, which has an id of its own. */
  readonly chargeId: string | null;
  readonly payoutId: string | null;
  readonly paymentId: string | null;
  readonly account: string;
  readonly currency: string;
  readonly amountMinor: bigint;
}

const pageSize = 1000;

export type StatementStore = ReturnType<typeof createStatementStore>;

export function createStatementStore(db: Database) {
  return {
    /** The oldest first. */
    async *ofPerson(personId: string): AsyncGenerator<TokenLine> {
      let after = 0n;
      for (;;) {
        const page = await db.$queryRaw<TokenLine[]>`
          SELECT t.version, t.created_at AS at, t.operation, t.amount AS tokens,
            t.available_after AS "availableAfter", t.reference, t.idem_key AS key
          FROM ledger_transfers t
          WHERE t.person_id = ${personId}::uuid AND t.version > ${after}
          ORDER BY t.version LIMIT ${pageSize}::int`;
        yield* page;
        const last = page.at(-1);
        if (page.length < pageSize || last === undefined) return;
        after = last.version;
      }
    },

    /** Every money entry written between two moments, in the order of its writing. */
    async *ofTime(from: Date, until: Date): AsyncGenerator<MoneyLine> {
      let after = { transferId: 0n, account: '' };
      for (;;) {
        const page = await db.$queryRaw<MoneyLine[]>`
          SELECT t.id AS "transferId", t.created_at AS at, t.operation, t.system,
            t.charge_id AS "chargeId", t.payout_id AS "payoutId", c.payment_id AS "paymentId", e.account, t.currency,
            e.delta AS "amountMinor"
          FROM money_transfers t JOIN money_entries e ON e.transfer_id = t.id
          LEFT JOIN charges c ON c.system = t.system AND c.charge_id = t.charge_id
          WHERE t.created_at >= ${from}::timestamptz AND t.created_at < ${until}::timestamptz
            AND (t.id, e.account) > (${after.transferId}, ${after.account})
          ORDER BY t.id, e.account LIMIT ${pageSize}::int`;
        yield* page;
        const last = page.at(-1);
        if (page.length < pageSize || last === undefined) return;
        after = last;
      }
    },
  };
}
