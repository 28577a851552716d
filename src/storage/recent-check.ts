import type { Violation } from './invariants';
import type { Database } from './database';

/**
 * The part of the check that costs little: what was posted since a moment balances, and the balances
 * of whom it touched are the sums of their entries. The whole check is {@link checkLedger}.
 */
export async function checkRecent(db: Database, since: Date): Promise<Violation[]> {
  const [tokens, money, balances] = await db.$transaction(
    [
      db.$queryRaw<{ id: string }[]>`
        SELECT id::text AS id FROM ledger_transfers
        WHERE created_at >= ${since}::timestamptz
          AND available_delta + held_delta + debt_delta + outside_delta <> 0 LIMIT 100`,
      db.$queryRaw<{ id: string }[]>`
        SELECT t.id::text AS id FROM money_transfers t
        LEFT JOIN money_entries e ON e.transfer_id = t.id
        WHERE t.created_at >= ${since}::timestamptz
        GROUP BY t.id HAVING coalesce(sum(e.delta), 1) <> 0 OR count(*) < 2 LIMIT 100`,
      db.$queryRaw<{ id: string }[]>`
        WITH touched AS (
          SELECT DISTINCT person_id FROM ledger_transfers WHERE created_at >= ${since}::timestamptz
        ), sums AS (
          SELECT t.person_id, max(t.version) AS version, sum(t.available_delta) AS available,
            sum(t.held_delta) AS held, sum(t.debt_delta) AS debt
          FROM touched JOIN ledger_transfers t USING (person_id)
          GROUP BY t.person_id
        )
        SELECT person_id::text AS id FROM sums JOIN ledger_balances b USING (person_id)
        WHERE b.available <> sums.available OR b.held <> sums.held OR b.debt <> -sums.debt
          OR b.version < sums.version LIMIT 100`,
    ],
    { isolationLevel: 'RepeatableRead' },
  );
  const asked = [
    { invariant: 'I1', what: 'token transfers that do not sum to zero', rows: tokens },
    { invariant: 'I1', what: 'money transfers that do not sum to zero', rows: money },
    { invariant: 'I2', what: 'people whose balance differs from their entries', rows: balances },
  ] as const;
  return asked
    .filter(({ rows }) => rows.length > 0)
    .map(({ invariant, what, rows }) => ({ invariant, what, ids: rows.map(({ id }) => id) }));
}
