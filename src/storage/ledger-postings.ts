/**
 * The SQL of the ledger: one statement per posting.
 *
 * Each statement moves the balance row first, then writes the transfer, then its entries. A statement
 * that wrote its key first would leave entries without a movement when the tokens do not suffice.
 * The guard on the key is inside the statement, so a key seen before moves nothing and is no error.
 */
import {
  personAccount,
  systemAccounts,
  type ClawbackOperation,
  type CreditOperation,
  type DebitOperation,
  type EndingOperation,
  type LedgerOperation,
} from '../domain/ledger';
import { Prisma } from '../generated/prisma/client';

export interface Posting {
  readonly key: string;
  readonly fingerprint: string;
  readonly operation: LedgerOperation;
  readonly personId: string;
  readonly amount: bigint;
  /** The business object: a generation or payment id. */
  readonly reference: string;
}

/** What a posting statement answers: nulls when nothing moved, `seen` when the key was there. */
export interface PostingRow {
  readonly available: bigint | null;
  readonly held: bigint | null;
  readonly debt: bigint | null;
  /** Tokens that paid off debt (credits) or were really taken (clawbacks). */
  readonly part: bigint | null;
  readonly amount: bigint | null;
  readonly seen: string | null;
}

interface Recorded {
  readonly key: string;
  readonly fingerprint: string;
  readonly operation: LedgerOperation;
  readonly reference: string;
}

/** One line of a VALUES list over the CTE `moved` (alias m): account, delta, balance after. */
type EntryLine = Prisma.Sql;

/**
 * Tokens in: debt is paid first, the rest becomes available.
 *
 * New values are reckoned from the locked row alone. Reckoned from the updated row, they would mix the
 * statement's older snapshot of it with the locked one, and Postgres checks its CHECKs on that mixture
 * before it notices that the row has moved on.
 */
export function creditStatement(posting: Posting & { operation: CreditOperation }): Prisma.Sql {
  const { personId, amount, key } = posting;
  return Prisma.sql`
    WITH before AS (
      SELECT *, least(debt, ${amount}::bigint) AS part
      FROM ledger_balances WHERE person_id = ${personId}::uuid AND ${keyIsNew(key)}
      FOR UPDATE
    ), moved AS (
      UPDATE ledger_balances b
      SET available = before.available + ${amount}::bigint - before.part,
        debt = before.debt - before.part, version = before.version + 1
      FROM before WHERE b.person_id = before.person_id
      RETURNING b.*, before.part, ${amount}::bigint AS amount
    ), ${recorded(posting, [
      line(personAccount(personId, 'available'), Prisma.sql`m.amount - m.part`, 'available'),
      line(personAccount(personId, 'debt'), Prisma.sql`m.part`, 'debt'),
      outside(systemAccounts[posting.operation], Prisma.sql`-m.amount`),
    ])}`;
}

/** Tokens out, only if all of them are available. */
export function debitStatement(posting: Posting & { operation: DebitOperation }): Prisma.Sql {
  const { personId, amount, key } = posting;
  return Prisma.sql`
    WITH moved AS (
      UPDATE ledger_balances
      SET available = available - ${amount}::bigint, version = version + 1
      WHERE person_id = ${personId}::uuid AND available >= ${amount}::bigint AND ${keyIsNew(key)}
      RETURNING *, 0::bigint AS part, ${amount}::bigint AS amount
    ), ${recorded(posting, [
      line(personAccount(personId, 'available'), Prisma.sql`-m.amount`, 'available'),
      outside(systemAccounts[posting.operation], Prisma.sql`m.amount`),
    ])}`;
}

/** Tokens back that a refund undoes. Forced: what is there is taken, the shortfall becomes debt. */
export function clawbackStatement(
  posting: Posting & { operation: ClawbackOperation },
  force: boolean,
): Prisma.Sql {
  const { personId, amount, key } = posting;
  return Prisma.sql`
    WITH before AS (
      SELECT *, least(available, ${amount}::bigint) AS part
      FROM ledger_balances
      WHERE person_id = ${personId}::uuid AND (${force}::boolean OR available >= ${amount}::bigint)
        AND ${keyIsNew(key)}
      FOR UPDATE
    ), moved AS (
      UPDATE ledger_balances b
      SET available = before.available - before.part,
        debt = before.debt + ${amount}::bigint - before.part, version = before.version + 1
      FROM before WHERE b.person_id = before.person_id
      RETURNING b.*, before.part, ${amount}::bigint AS amount
    ), ${recorded(posting, [
      line(personAccount(personId, 'available'), Prisma.sql`-m.part`, 'available'),
      line(personAccount(personId, 'debt'), Prisma.sql`m.part - m.amount`, 'debt'),
      outside(systemAccounts[posting.operation], Prisma.sql`m.amount`),
    ])}`;
}

/** Available to held, and the reserve that will end it. */
export function reserveStatement(posting: Posting, expiresAt: Date): Prisma.Sql {
  const { personId, amount, key, reference } = posting;
  return Prisma.sql`
    WITH moved AS (
      UPDATE ledger_balances
      SET available = available - ${amount}::bigint, held = held + ${amount}::bigint,
        version = version + 1
      WHERE person_id = ${personId}::uuid AND available >= ${amount}::bigint AND ${keyIsNew(key)}
      RETURNING *, 0::bigint AS part, ${amount}::bigint AS amount
    ), reserved AS (
      INSERT INTO ledger_reserves (id, person_id, amount, expires_at)
      SELECT ${reference}, person_id, amount, ${expiresAt}::timestamptz FROM moved
    ), ${recorded(posting, [
      line(personAccount(personId, 'available'), Prisma.sql`-m.amount`, 'available'),
      line(personAccount(personId, 'held'), Prisma.sql`m.amount`, 'held'),
    ])}`;
}

const stateAfter = { commit: 'committed', release: 'released', expire: 'expired' } as const;

/**
 * Closes the reserve and moves what it held, together. The balance row is locked before the reserve
 * row, as everywhere, so that postings cannot deadlock; whoever comes second finds the reserve closed.
 */
export function endingStatement(
  posting: Omit<Posting, 'personId' | 'amount'> & { operation: EndingOperation },
): Prisma.Sql {
  const { operation, reference } = posting;
  const given = operation === 'commit' ? 0n : 1n;
  const account = (name: 'available' | 'held') =>
    Prisma.sql`'person:' || m.person_id || ':' || ${name}`;
  const held: EntryLine = Prisma.sql`(${account('held')}, -m.amount, m.held)`;
  const other: EntryLine =
    operation === 'commit'
      ? outside(systemAccounts.commit, Prisma.sql`m.amount`)
      : Prisma.sql`(${account('available')}, m.amount, m.available)`;
  return Prisma.sql`
    WITH locked AS (
      SELECT person_id FROM ledger_balances
      WHERE person_id = (SELECT person_id FROM ledger_reserves WHERE id = ${reference})
      FOR UPDATE
    ), closed AS (
      UPDATE ledger_reserves r SET state = ${stateAfter[operation]}, closed_at = now()
      FROM locked WHERE r.id = ${reference} AND r.state = 'open' AND r.person_id = locked.person_id
      RETURNING r.person_id, r.amount
    ), moved AS (
      UPDATE ledger_balances b
      SET held = b.held - closed.amount, available = b.available + closed.amount * ${given}::bigint,
        version = b.version + 1
      FROM closed WHERE b.person_id = closed.person_id
      RETURNING b.*, 0::bigint AS part, closed.amount
    ), ${recorded(posting, [held, other])}`;
}

function keyIsNew(key: string): Prisma.Sql {
  return Prisma.sql`NOT EXISTS (SELECT 1 FROM ledger_transfers WHERE idem_key = ${key})`;
}

function recorded(posting: Recorded, entries: readonly EntryLine[]): Prisma.Sql {
  const { key, fingerprint, operation, reference } = posting;
  return Prisma.sql`
    transfer AS (
      INSERT INTO ledger_transfers
        (idem_key, fingerprint, operation, person_id, version, amount, available_after, reference)
      SELECT ${key}, ${fingerprint}, ${operation}, person_id, version, amount, available, ${reference}
      FROM moved
      RETURNING id
    ), entry AS (
      INSERT INTO ledger_entries (transfer_id, account, delta, balance_after)
      SELECT t.id, e.account, e.delta, e.balance_after
      FROM transfer t CROSS JOIN moved m
      CROSS JOIN LATERAL (VALUES ${Prisma.join([...entries])}) AS e (account, delta, balance_after)
      WHERE e.delta <> 0
    )
    SELECT m.available, m.held, m.debt, m.part, m.amount,
      (SELECT fingerprint FROM ledger_transfers WHERE idem_key = ${key}) AS seen
    FROM (SELECT 1) AS one LEFT JOIN moved m ON true`;
}

/** An entry on a person's account; a debt is a negative balance in the entries. */
function line(
  account: string,
  delta: Prisma.Sql,
  column: 'available' | 'held' | 'debt',
): EntryLine {
  const after = {
    available: Prisma.sql`m.available`,
    held: Prisma.sql`m.held`,
    debt: Prisma.sql`-m.debt`,
  };
  return Prisma.sql`(${account}, ${delta}, ${after[column]})`;
}

function outside(account: string, delta: Prisma.Sql): EntryLine {
  return Prisma.sql`(${account}, ${delta}, NULL::bigint)`;
}
