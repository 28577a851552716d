/**
 * The token ledger: append-only double entry, one balance row per person.
 *
 * Exactly once: every posting has a key from business ids. A key seen before changes nothing and
 * answers `applied: false`; with another wish behind it, it throws IDEMPOTENCY_CONFLICT.
 *
 * Within a transaction, call `lock` first. Two copies of one posting that run at the same moment are
 * told apart by the unique key; that refusal is answered here by reading the first one's result, but
 * inside a transaction it would abort everything. Behind the lock of the balance row the second copy
 * starts after the first has committed, and the guard inside its statement finds the key.
 * The balance row is the lock of the person: whatever needs several rows takes it before the others.
 */
import { AppError } from '../domain/errors';
import {
  ledgerKeys,
  postingFingerprint,
  type Balance,
  type ClawbackOperation,
  type CreditOperation,
  type DebitOperation,
  type EndingOperation,
  type LedgerOperation,
} from '../domain/ledger';
import { tokens, type Tokens } from '../domain/tokens';
import type { Prisma } from '../generated/prisma/client';
import { isUniqueViolation, type Database, type Tx } from './database';
import { balanceOf, createBalances } from './ledger-balances';
import { ask } from './plain-statement';
import {
  clawbackStatement,
  creditInDebtStatement,
  creditStatement,
  debitStatement,
  endingStatement,
  reserveStatement,
  type PostingRow,
} from './ledger-postings';

export type { LedgerHistoryRow } from './ledger-balances';

/** `applied` is false when the same posting was made before; `balance` is the one after it or now. */
export interface Posted {
  readonly applied: boolean;
  readonly balance: Balance;
}

/** Tokens really taken, and those that became debt. */
export interface ClawedBack extends Posted {
  readonly taken: Tokens;
  readonly owed: Tokens;
}

interface Movement {
  readonly personId: string;
  readonly amount: Tokens;
  readonly key: string;
  /** The business object: a generation or payment id. */
  readonly reference: string;
}

export type LedgerStore = ReturnType<typeof createLedgerStore>;

export function createLedgerStore(db: Database | Tx) {
  return { ...createBalances(db), ...createPostings(db), ...createReserves(db) };
}

function createPostings(db: Database | Tx) {
  return {
    /** Debt is paid first. Throws IDEMPOTENCY_CONFLICT, NOT_FOUND. */
    async credit(movement: Movement & { operation: CreditOperation }): Promise<Posted> {
      const posting = { ...movement, fingerprint: fingerprintOf(movement, 'in') };
      return post(db, [creditStatement(posting), creditInDebtStatement(posting)], posting);
    },

    /** Throws INSUFFICIENT_TOKENS, IDEMPOTENCY_CONFLICT, NOT_FOUND. */
    async debit(movement: Movement & { operation: DebitOperation }): Promise<Posted> {
      const posting = { ...movement, fingerprint: fingerprintOf(movement, 'out') };
      return post(db, [debitStatement(posting)], posting);
    },

    /** Takes tokens back; `force` turns a shortfall into debt instead of INSUFFICIENT_TOKENS. */
    async clawBack(
      movement: Movement & { force: boolean; operation?: ClawbackOperation },
    ): Promise<ClawedBack> {
      const { force, operation = 'clawback', ...rest } = movement;
      const named = { ...rest, operation };
      const posting = { ...named, fingerprint: fingerprintOf(named, 'out') };
      const posted = await post(db, [clawbackStatement(posting, force)], posting);
      const taken = posted.applied ? -posted.gained : await takenBefore(db, movement.key);
      const { applied, balance } = posted;
      return { applied, balance, taken: tokens(taken), owed: tokens(movement.amount - taken) };
    },
  };
}

function createReserves(db: Database | Tx) {
  const end = (operation: EndingOperation, generationId: string) =>
    postEnding(db, operation, generationId);
  return {
    /** Holds tokens for a generation. Throws INSUFFICIENT_TOKENS, IDEMPOTENCY_CONFLICT, NOT_FOUND. */
    async reserve(wish: {
      personId: string;
      amount: Tokens;
      generationId: string;
      expiresAt: Date;
    }): Promise<Posted> {
      const movement = {
        personId: wish.personId,
        amount: wish.amount,
        key: ledgerKeys.reserve(wish.generationId),
        reference: wish.generationId,
        operation: 'reserve' as const,
      };
      const posting = { ...movement, fingerprint: fingerprintOf(movement, 'hold') };
      return post(db, [reserveStatement(posting, wish.expiresAt)], posting);
    },

    /** Ends the reserve as spent. Throws RESERVE_CLOSED if it ended otherwise, NOT_FOUND. */
    commit: (generationId: string): Promise<Posted> => end('commit', generationId),
    /** Ends the reserve by giving it back. Throws RESERVE_CLOSED if it ended otherwise, NOT_FOUND. */
    release: (generationId: string): Promise<Posted> => end('release', generationId),
    /** As release, when nobody ended it in time. Throws RESERVE_CLOSED, NOT_FOUND. */
    expire: (generationId: string): Promise<Posted> => end('expire', generationId),

    /** Generations whose reserve is open past its time, the oldest first. */
    async overdue(now: Date, limit: number): Promise<string[]> {
      const rows = await db.ledgerReserve.findMany({
        where: { state: 'open', expiresAt: { lte: now } },
        orderBy: { expiresAt: 'asc' },
        take: limit,
        select: { id: true },
      });
      return rows.map((row) => row.id);
    },
  };
}

type Wish = Movement & { readonly operation: LedgerOperation };

function fingerprintOf(wish: Wish, direction: 'in' | 'out' | 'hold'): string {
  if (wish.amount <= 0n) throw new AppError('INVALID_INPUT', 'A posting moves at least one token');
  return postingFingerprint({ ...wish, direction });
}

/** Sends the statements until one of them moves something. */
async function post(
  db: Database | Tx,
  statements: readonly Prisma.Sql[],
  posting: { key: string; fingerprint: string; personId: string },
): Promise<Posted & { gained: bigint }> {
  for (const statement of statements) {
    const row = await run(db, statement);
    if (row)
      return { applied: true, balance: balanceOf(row, posting.personId), gained: row.gained };
  }
  // Nothing moved: the key was there, a copy that ran at the same moment took it, or a rule said no.
  const seen = await fingerprintBehind(db, posting.key);
  const current = await db.ledgerBalance.findUnique({ where: { personId: posting.personId } });
  if (seen === null) {
    const balance = balanceOf(current, posting.personId);
    throw new AppError('INSUFFICIENT_TOKENS', `${balance.available} tokens available`);
  }
  if (seen !== posting.fingerprint) {
    throw new AppError('IDEMPOTENCY_CONFLICT', `Key ${posting.key} was used for another posting`);
  }
  return { applied: false, balance: balanceOf(current, posting.personId), gained: 0n };
}

async function postEnding(
  db: Database | Tx,
  operation: EndingOperation,
  generationId: string,
): Promise<Posted> {
  const posting = {
    operation,
    key: ledgerKeys.ending(generationId),
    fingerprint: postingFingerprint({ operation, direction: 'end', reference: generationId }),
    reference: generationId,
  };
  const row = await run(db, endingStatement(posting));
  if (row) return { applied: true, balance: balanceOf(row, generationId) };
  const reserve = await db.ledgerReserve.findUnique({
    where: { id: generationId },
    include: { balance: true },
  });
  if (reserve === null)
    throw new AppError('NOT_FOUND', `No reserve for generation ${generationId}`);
  const seen = await fingerprintBehind(db, posting.key);
  if (seen !== posting.fingerprint) {
    throw new AppError('RESERVE_CLOSED', `The reserve of ${generationId} is ${reserve.state}`);
  }
  return { applied: false, balance: balanceOf(reserve.balance, reserve.personId) };
}

/** Undefined when nothing moved, or when a copy of the same posting was faster by a moment. */
async function run(db: Database | Tx, statement: Prisma.Sql): Promise<PostingRow | undefined> {
  try {
    const [row] = await ask<PostingRow>(db)(statement);
    return row;
  } catch (error) {
    if (isUniqueViolation(error)) return undefined;
    throw error;
  }
}

async function fingerprintBehind(db: Database | Tx, key: string): Promise<string | null> {
  const found = await db.ledgerTransfer.findUnique({ where: { idemKey: key } });
  return found?.fingerprint ?? null;
}

async function takenBefore(db: Database | Tx, key: string): Promise<bigint> {
  const found = await db.ledgerTransfer.findUnique({ where: { idemKey: key } });
  return -(found?.availableDelta ?? 0n);
}
