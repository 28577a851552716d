import { Prisma } from '../generated/prisma/client';
import type { Database } from './database';
import { invariantQuestions, type Violation } from './invariants';

/** What must be empty or zero for the ledger to be sound; people are named by their opaque ids. */
export interface LedgerCheck {
  readonly sound: boolean;
  /** Sum of all entries of all accounts. */
  readonly sumOfDeltas: bigint;
  readonly transfers: bigint;
  /** Transfers whose entries do not sum to zero or are missing. */
  readonly unbalancedTransfers: readonly string[];
  /** People whose balance row differs from the sum of their entries. */
  readonly brokenBalances: readonly string[];
  /** People whose transfers are not numbered 1..n, or show other balances than there were. */
  readonly brokenChains: readonly string[];
  /** People whose held tokens differ from the sum of their open reserves. */
  readonly brokenHolds: readonly string[];
  /** Reserves closed without an ending, or ended without being closed. */
  readonly brokenReserves: readonly string[];
  /** Everything else that must hold, of money and of tokens; see invariants. */
  readonly violations: readonly Violation[];
}

/** Recomputes the whole ledger from its entries, in one consistent snapshot. */
export async function checkLedger(db: Database): Promise<LedgerCheck> {
  const [total, unbalanced, balances, chains, holds, reserves, ...asked] = await db.$transaction(
    [
      db.$queryRaw<{ sum: bigint; transfers: bigint }[]>`
        SELECT coalesce(sum(delta), 0)::bigint AS sum,
          (SELECT count(*) FROM ledger_transfers) AS transfers
        FROM ledger_entries`,
      db.$queryRaw<Named[]>`
        SELECT id::text AS id FROM ledger_transfers
        WHERE available_delta + held_delta + debt_delta + outside_delta <> 0
          OR num_nonnulls(nullif(available_delta, 0), nullif(held_delta, 0), nullif(debt_delta, 0),
            nullif(outside_delta, 0)) < 2`,
      db.$queryRaw<Named[]>`
        WITH sums AS (
          SELECT person_id, sum(available_delta) AS available, sum(held_delta) AS held,
            sum(debt_delta) AS debt
          FROM ledger_transfers GROUP BY person_id
        )
        SELECT b.person_id::text AS id FROM ledger_balances b LEFT JOIN sums s USING (person_id)
        WHERE b.available <> coalesce(s.available, 0) OR b.held <> coalesce(s.held, 0)
          OR b.debt <> -coalesce(s.debt, 0)`,
      db.$queryRaw<Named[]>`
        SELECT b.person_id::text AS id
        FROM ledger_balances b LEFT JOIN ledger_transfers t USING (person_id)
        GROUP BY b.person_id, b.version, b.available
        HAVING count(t.id) <> b.version OR coalesce(max(t.version), 0) <> b.version
          OR coalesce(max(t.available_after) FILTER (WHERE t.version = b.version), 0) <> b.available
        UNION
        SELECT person_id::text FROM (
          SELECT person_id, available_after, held_after, debt_after,
            sum(available_delta) OVER history AS available, sum(held_delta) OVER history AS held,
            -sum(debt_delta) OVER history AS debt
          FROM ledger_transfers WINDOW history AS (PARTITION BY person_id ORDER BY version)
        ) t
        WHERE (available_after, held_after, debt_after) <> (available, held, debt)`,
      db.$queryRaw<Named[]>`
        SELECT b.person_id::text AS id FROM ledger_balances b
        LEFT JOIN ledger_reserves r ON r.person_id = b.person_id AND r.state = 'open'
        GROUP BY b.person_id, b.held HAVING coalesce(sum(r.amount), 0) <> b.held`,
      db.$queryRaw<Named[]>`
        SELECT r.id FROM ledger_reserves r
        LEFT JOIN ledger_transfers t ON t.idem_key = 'ending:' || r.id
        WHERE (r.state = 'open') <> (t.id IS NULL) OR t.amount <> r.amount
          OR r.state IS DISTINCT FROM (CASE t.operation WHEN 'commit' THEN 'committed'
            WHEN 'release' THEN 'released' WHEN 'expire' THEN 'expired' ELSE 'open' END)`,
      ...invariantQuestions.map(({ sql }) =>
        db.$queryRaw<Named[]>(Prisma.sql`SELECT id FROM (${sql}) AS broken LIMIT 100`),
      ),
    ],
    { isolationLevel: 'RepeatableRead' },
  );
  const broken = [unbalanced, balances, chains, holds, reserves].map(ids);
  const sumOfDeltas = total[0]?.sum ?? 0n;
  const violations = invariantQuestions.flatMap(({ invariant, what }, index) => {
    const found = ids(asked[index] ?? []);
    return found.length === 0 ? [] : [{ invariant, what, ids: found }];
  });
  const isEmpty = violations.length === 0 && broken.every((list) => list.length === 0);
  return {
    sound: sumOfDeltas === 0n && isEmpty,
    sumOfDeltas,
    transfers: total[0]?.transfers ?? 0n,
    unbalancedTransfers: ids(unbalanced),
    brokenBalances: ids(balances),
    brokenChains: ids(chains),
    brokenHolds: ids(holds),
    brokenReserves: ids(reserves),
    violations,
  };
}

interface Named {
  readonly id: string;
}

function ids(rows: readonly Named[]): string[] {
  return rows.map((row) => row.id);
}
