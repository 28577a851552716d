/**
 * The SQL of the ledger: one statement per posting.
 *
 * Each statement moves the balance row first, then writes the transfer with what each account gained.
 * A statement that wrote its key first would leave a transfer without a movement when the tokens do not
 * suffice.
 * The guard on the key is inside the statement, so a key seen before moves nothing and is no error.
 * Where nothing moved a statement answers no row; who asked finds out why.
 */
import {
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

/** What a posting statement answers when it moved something: the balance after it. */
export interface PostingRow {
  readonly available: bigint;
  readonly held: bigint;
  readonly debt: bigint;
  /** What the available tokens gained; below zero when some went. */
  readonly gained: bigint;
}

interface Recorded {
  readonly key: string;
  readonly fingerprint: string;
  readonly operation: LedgerOperation;
  readonly reference: string;
}

/** What each account gains, as SQL over the CTE `moved` (alias m); together they are zero. */
interface Sides {
  readonly available?: Prisma.Sql;
  readonly held?: Prisma.Sql;
  readonly debt?: Prisma.Sql;
  readonly outside?: { readonly account: string; readonly delta: Prisma.Sql };
}

/**
 * Tokens in, for a person who owes nothing, as nearly all: the row need not be locked before it is
 * changed, which is half of the work. For a person in debt it moves nothing.
 */
export function creditStatement(posting: Posting & { operation: CreditOperation }): Prisma.Sql {
  const { personId, amount, key } = posting;
  return Prisma.sql`
    WITH moved AS (
      UPDATE ledger_balances
      SET available = available + ${amount}::bigint, version = version + 1
      WHERE person_id = ${personId}::uuid AND debt = 0 AND ${keyIsNew(key)}
      RETURNING *, ${amount}::bigint AS amount
    ) ${recorded(posting, {
      available: Prisma.sql`m.amount`,
      outside: { account: systemAccounts[posting.operation], delta: Prisma.sql`-m.amount` },
    })}`;
}

/**
 * Tokens in for whoever: debt is paid first, the rest becomes available.
 *
 * New values are reckoned from the locked row alone. Reckoned from the updated row, they would mix the
 * statement's older snapshot of it with the locked one, and Postgres checks its CHECKs on that mixture
 * before it notices that the row has moved on.
 */
export function creditInDebtStatement(
  posting: Posting & { operation: CreditOperation },
): Prisma.Sql {
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
    ) ${recorded(posting, {
      available: Prisma.sql`m.amount - m.part`,
      debt: Prisma.sql`m.part`,
      outside: { account: systemAccounts[posting.operation], delta: Prisma.sql`-m.amount` },
    })}`;
}

/** Tokens out, only if all of them are available. */
export function debitStatement(posting: Posting & { operation: DebitOperation }): Prisma.Sql {
  const { personId, amount, key } = posting;
  return Prisma.sql`
    WITH moved AS (
      UPDATE ledger_balances
      SET available = available - ${amount}::bigint, version = version + 1
      WHERE person_id = ${personId}::uuid AND available >= ${amount}::bigint AND ${keyIsNew(key)}
      RETURNING *, ${amount}::bigint AS amount
    ) ${recorded(posting, {
      available: Prisma.sql`-m.amount`,
      outside: { account: systemAccounts[posting.operation], delta: Prisma.sql`m.amount` },
    })}`;
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
    ) ${recorded(posting, {
      available: Prisma.sql`-m.part`,
      debt: Prisma.sql`m.part - m.amount`,
      outside: { account: systemAccounts[posting.operation], delta: Prisma.sql`m.amount` },
    })}`;
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
      RETURNING *, ${amount}::bigint AS amount
    ), reserved AS (
      INSERT INTO ledger_reserves (id, person_id, amount, expires_at)
      SELECT ${reference}, person_id, amount, ${expiresAt}::timestamptz FROM moved
    ) ${recorded(posting, { available: Prisma.sql`-m.amount`, held: Prisma.sql`m.amount` })}`;
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
  const held = Prisma.sql`-m.amount`;
  const back = Prisma.sql`m.amount`;
  const sides: Sides =
    operation === 'commit'
      ? { held, outside: { account: systemAccounts.commit, delta: back } }
      : { held, available: back };
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
      RETURNING b.*, closed.amount
    ) ${recorded(posting, sides)}`;
}

function keyIsNew(key: string): Prisma.Sql {
  return Prisma.sql`NOT EXISTS (SELECT 1 FROM ledger_transfers WHERE idem_key = ${key})`;
}

function recorded(posting: Recorded, { available, held, debt, outside }: Sides): Prisma.Sql {
  const { key, fingerprint, operation, reference } = posting;
  return Prisma.sql`
    INSERT INTO ledger_transfers
      (idem_key, fingerprint, operation, person_id, version, amount, reference,
        available_delta, held_delta, debt_delta, outside_delta, outside_account,
        available_after, held_after, debt_after)
    SELECT ${key}, ${fingerprint}, ${operation}, m.person_id, m.version, m.amount, ${reference},
      ${available ?? none}, ${held ?? none}, ${debt ?? none}, ${outside?.delta ?? none},
      ${outside?.account ?? null}, m.available, m.held, m.debt
    FROM moved m
    RETURNING available_after AS available, held_after AS held, debt_after AS debt,
      available_delta AS gained`;
}

const none = Prisma.sql`0`;
