import { AppError } from '../domain/errors';
import type { Balance, LedgerOperation } from '../domain/ledger';
import { tokens, type Tokens } from '../domain/tokens';
import type { Database, Tx } from './database';
import { ask } from './plain-statement';

/** One line of a person's history. */
export interface LedgerHistoryRow {
  /** 1, 2, 3, ... for each person; the cursor for the next page. */
  readonly version: bigint;
  readonly operation: LedgerOperation;
  /** Change of what the person can spend; 0 for a commit, whose tokens were held already. */
  readonly amount: bigint;
  /** How many tokens the operation was about. */
  readonly tokens: Tokens;
  readonly balanceAfter: Tokens;
  readonly reference: string;
  readonly createdAt: Date;
}

export function createBalances(db: Database | Tx) {
  return {
    /** Gives a person an empty balance; harmless when there is one. */
    async open(personId: string): Promise<void> {
      await db.ledgerBalance.createMany({ data: [{ personId }], skipDuplicates: true });
    },

    /** Throws NOT_FOUND for a person without a balance. */
    async balance(personId: string): Promise<Balance> {
      const [row] = await ask<BalanceColumns>(db)`
        SELECT available, held, debt FROM ledger_balances WHERE person_id = ${personId}::uuid`;
      return balanceOf(row ?? null, personId);
    },

    /** Holds the person's balance row until the transaction ends. Throws NOT_FOUND. */
    async lock(personId: string): Promise<Balance> {
      const [row] = await ask<BalanceColumns>(db)`
        SELECT available, held, debt FROM ledger_balances
        WHERE person_id = ${personId}::uuid FOR UPDATE`;
      return balanceOf(row ?? null, personId);
    },

    /** The newest first; `before` is the version of the last row of the page before. */
    async history(
      personId: string,
      page: { limit: number; before?: bigint },
    ): Promise<LedgerHistoryRow[]> {
      const rows = await ask<HistoryColumns>(db)`
        SELECT t.version, t.operation, t.amount AS tokens, t.available_after, t.reference,
          t.created_at, t.available_delta AS amount
        FROM ledger_transfers t
        WHERE t.person_id = ${personId}::uuid AND t.version < ${page.before ?? versionMax}::bigint
        ORDER BY t.version DESC LIMIT ${page.limit}::int`;
      return rows.map((row) => ({
        version: row.version,
        operation: row.operation,
        amount: row.amount,
        tokens: tokens(row.tokens),
        balanceAfter: tokens(row.available_after),
        reference: row.reference,
        createdAt: row.created_at,
      }));
    },
  };
}

const versionMax = 9_223_372_036_854_775_807n;

export interface BalanceColumns {
  readonly available: bigint;
  readonly held: bigint;
  readonly debt: bigint;
}

interface HistoryColumns {
  readonly version: bigint;
  readonly operation: LedgerOperation;
  readonly amount: bigint;
  readonly tokens: bigint;
  readonly available_after: bigint;
  readonly reference: string;
  readonly created_at: Date;
}

export function balanceOf(row: BalanceColumns | null, personId: string): Balance {
  if (row === null) throw new AppError('NOT_FOUND', `No balance for ${personId}`);
  return {
    available: tokens(row.available),
    held: tokens(row.held),
    debt: tokens(row.debt),
  };
}
