/**
 * Where a generation's status and the person's tokens change together. Lock order, everywhere: the
 * balance row, then the reserve, then the generation.
 */
import { AppError, type ErrorCode } from '../domain/errors';
import type { GenerationStatus } from '../domain/generation';
import { tokens, type Tokens } from '../domain/tokens';
import type { Database, Tx } from './database';
import { findGeneration, type Generation } from './generation-row';
import { createLedgerStore } from './ledger-store';

export interface BeginLimits {
  /** How many generations of one person may run at once. */
  readonly activeMax: number;
  /** How many one person may begin within an hour, however they end. */
  readonly perHour: number;
  readonly reserveExpiresAt: Date;
}

export interface Released {
  readonly returnedTokens: Tokens;
  /** False when it had ended before, one way or the other. */
  readonly changed: boolean;
}

interface Standing {
  readonly status: GenerationStatus;
  readonly failure_code: ErrorCode | null;
  readonly banned: boolean;
  readonly model_active: boolean;
  readonly working: bigint;
  readonly begun_this_hour: bigint;
}

/**
 * Checks ban, limits and model, reserves the price and sets `working`, in one transaction behind the
 * person's lock. Again after success it changes nothing. Throws BANNED, TOO_MANY_ACTIVE, HOURLY_LIMIT,
 * MODEL_UNAVAILABLE, INSUFFICIENT_TOKENS, NOT_FOUND; when it ended before it began, that code.
 */
export async function beginGeneration(
  db: Database,
  id: string,
  limits: BeginLimits,
): Promise<{ readonly status: GenerationStatus }> {
  return db.$transaction(async (tx) => {
    const { personId, priceTokens } = await lockPersonOf(tx, id);
    const standing = await readStanding(tx, id);
    if (standing.status === 'ordered') {
      refuseBeyondLimits(standing, limits);
      await createLedgerStore(tx).reserve({
        personId,
        amount: priceTokens,
        generationId: id,
        expiresAt: limits.reserveExpiresAt,
      });
      const begun = await tx.$executeRaw`
        UPDATE generations SET status = 'working' WHERE id = ${id} AND status = 'ordered'`;
      // A release may refuse it at the same moment; it does not wait for the person's lock.
      if (begun === 0) throw new AppError('CANCELLED', `Generation ${id} ended before it began`);
      return { status: 'working' };
    }
    if (standing.status === 'refused' || standing.status === 'released') {
      throw new AppError(standing.failure_code ?? 'CANCELLED', `Generation ${id} has ended`);
    }
    return { status: standing.status };
  });
}

/** Takes the person's lock and reads of the generation what never changes. Throws NOT_FOUND. */
async function lockPersonOf(
  tx: Tx,
  id: string,
): Promise<{ readonly personId: string; readonly priceTokens: Tokens }> {
  const [row] = await tx.$queryRaw<{ person_id: string; price_tokens: bigint }[]>`
    SELECT g.person_id, g.price_tokens
    FROM generations g JOIN ledger_balances b ON b.person_id = g.person_id
    WHERE g.id = ${id} FOR UPDATE OF b`;
  if (row === undefined) throw new AppError('NOT_FOUND', `No generation ${id}`);
  return { personId: row.person_id, priceTokens: tokens(row.price_tokens) };
}

/**
 * Sets `delivered` and spends the reserve, together. Again after success it changes nothing. Throws
 * RESERVE_CLOSED when the tokens were given back before.
 */
export async function deliverGeneration(db: Database, id: string): Promise<void> {
  await db.$transaction(async (tx) => {
    await createLedgerStore(tx).commit(id);
    await tx.$executeRaw`
      UPDATE generations SET status = 'delivered', finished_at = now()
      WHERE id = ${id} AND status = 'working'`;
  });
}

/**
 * Ends a generation without a result: `released` with its tokens given back, or `refused` when nothing
 * was reserved yet. Changes nothing once it is delivered, released or refused.
 */
export async function releaseGeneration(
  db: Database,
  id: string,
  how: { readonly code: ErrorCode; readonly expired: boolean },
): Promise<Released> {
  const generation = await findGeneration(db, id);
  if (generation.status === 'ordered') {
    const { count } = await db.generation.updateMany({
      where: { id, status: 'ordered' },
      data: { status: 'refused', failureCode: how.code, finishedAt: new Date() },
    });
    if (count === 1) return { returnedTokens: tokens(0n), changed: true };
    // It began at the same moment, so there is a reserve to give back after all.
  }
  try {
    return await releaseWorking(db, generation, how);
  } catch (error) {
    if (!isEndedBefore(error)) throw error;
    const { status, priceTokens } = await findGeneration(db, id);
    return { returnedTokens: status === 'released' ? priceTokens : tokens(0n), changed: false };
  }
}

async function releaseWorking(
  db: Database,
  { id, priceTokens }: Generation,
  how: { code: ErrorCode; expired: boolean },
): Promise<Released> {
  return db.$transaction(async (tx) => {
    const ledger = createLedgerStore(tx);
    const { applied } = how.expired ? await ledger.expire(id) : await ledger.release(id);
    await tx.generation.updateMany({
      where: { id, status: 'working' },
      data: { status: 'released', failureCode: how.code, finishedAt: new Date() },
    });
    return { returnedTokens: priceTokens, changed: applied };
  });
}

/** The reserve ended another way, or never was: the generation was delivered, released or refused. */
function isEndedBefore(error: unknown): boolean {
  return (
    error instanceof AppError && (error.code === 'RESERVE_CLOSED' || error.code === 'NOT_FOUND')
  );
}

async function readStanding(tx: Tx, id: string): Promise<Standing> {
  const [row] = await tx.$queryRaw<Standing[]>`
    SELECT g.status, g.failure_code, p.banned_at IS NOT NULL AS banned, m.active AS model_active,
      (SELECT count(*) FROM generations o
        WHERE o.person_id = g.person_id AND o.status = 'working') AS working,
      (SELECT count(*) FROM generations o
        WHERE o.person_id = g.person_id AND o.id <> g.id AND o.status NOT IN ('ordered', 'refused')
          AND o.created_at > now() - interval '1 hour') AS begun_this_hour
    FROM generations g JOIN people p ON p.id = g.person_id JOIN models m ON m.slug = g.model_slug
    WHERE g.id = ${id}`;
  if (row === undefined) throw new AppError('NOT_FOUND', `No generation ${id}`);
  return row;
}

function refuseBeyondLimits(standing: Standing, limits: BeginLimits): void {
  if (standing.banned) throw new AppError('BANNED', 'The person is banned');
  if (!standing.model_active) throw new AppError('MODEL_UNAVAILABLE', 'The model is switched off');
  if (standing.working >= BigInt(limits.activeMax)) {
    throw new AppError('TOO_MANY_ACTIVE', `${standing.working} generations are running`);
  }
  if (standing.begun_this_hour >= BigInt(limits.perHour)) {
    throw new AppError('HOURLY_LIMIT', `${standing.begun_this_hour} generations within the hour`);
  }
}
