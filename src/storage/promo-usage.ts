/** Looking at a promo code behind its lock, and using it up: the part that promo codes and purchases share. */
import { AppError } from '../domain/errors';
import { promoRefusal, type PromoCode, type PromoKind, type PromoUse } from '../domain/promo';
import type { PromoCode as PromoRow } from '../generated/prisma/client';
import type { Database, Tx } from './database';

/** A payment that nobody can be expected to pay any more gives its code free. */
const dead = ['expired', 'failed'];

export interface PromoWish {
  readonly code: string;
  readonly personId: string;
  readonly now: Date;
}

/** A percent code that will be used with the person's next purchase. */
export interface SelectedPromo {
  readonly kind: 'percent_off' | 'percent_extra';
  readonly code: string;
  readonly percent: bigint;
}

export function promoOf(row: PromoRow): PromoCode {
  return {
    code: row.code,
    kind: row.kind as PromoKind,
    value: row.value,
    limitOverall: row.limitOverall,
    limitPerPerson: row.limitPerPerson,
    expiresAt: row.expiresAt,
    active: row.active,
  };
}

/**
 * Holds the code until the transaction ends, so that of many people at once no one more than the limit
 * gets through. The person's balance row must be locked before.
 */
export async function lockPromo(tx: Tx, code: string): Promise<void> {
  await tx.$queryRaw`SELECT 1 FROM promo_codes WHERE code = ${code} FOR UPDATE`;
}

/**
 * The code, if this person may use it now; only behind its lock is that still so a moment later.
 * Throws PROMO_UNKNOWN, _EXPIRED, _USED, _PENDING or _EXHAUSTED.
 */
export async function usablePromo(tx: Database | Tx, wish: PromoWish): Promise<PromoCode> {
  const row = await tx.promoCode.findUnique({ where: { code: wish.code } });
  if (row === null) throw new AppError('PROMO_UNKNOWN', 'No such promo code');
  const promo = promoOf(row);
  const refusal = promoRefusal(promo, await useOf(tx, promo, wish.personId), wish.now);
  if (refusal !== null) throw new AppError(refusal, `Promo code ${promo.code}`);
  return promo;
}

/** The code the person chose for the next purchase, if it may still be used. */
export async function usableSelection(
  tx: Database | Tx,
  personId: string,
  now: Date,
): Promise<SelectedPromo | undefined> {
  const selection = await tx.promoSelection.findUnique({ where: { personId } });
  if (selection === null) return undefined;
  try {
    const { kind, code, value } = await usablePromo(tx, { code: selection.code, personId, now });
    return kind === 'tokens' ? undefined : { kind, code, percent: value };
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}

/** Uses the code up; call `lockPromo` and `usablePromo` before. Answers the ordinal. */
export async function recordRedemption(
  tx: Tx,
  redemption: {
    readonly id: string;
    readonly code: string;
    readonly personId: string;
    readonly paymentId?: string;
  },
): Promise<number> {
  const { code, personId } = redemption;
  const last = await tx.promoRedemption.findFirst({
    where: { code, personId },
    orderBy: { ordinal: 'desc' },
  });
  const ordinal = (last?.ordinal ?? 0) + 1;
  await tx.promoRedemption.create({ data: { ...redemption, ordinal } });
  return ordinal;
}

/** Counts everybody's uses only where a limit asks for it. */
async function useOf(tx: Database | Tx, promo: PromoCode, personId: string): Promise<PromoUse> {
  const { code } = promo;
  const counts = { OR: [{ paymentId: null }, { payment: { status: { notIn: dead } } }] };
  const where = { code, ...counts };
  const overall =
    promo.limitOverall === null
      ? 0
      : await tx.promoRedemption.count({ where, take: promo.limitOverall });
  const mine = await tx.promoRedemption.findMany({
    where: { ...where, personId },
    select: { payment: { select: { status: true } } },
  });
  const isUnpaid = (status: string | undefined) => status === 'created' || status === 'invoiced';
  const unpaidByPerson = mine.filter(({ payment }) => isUnpaid(payment?.status)).length;
  return { overall, byPerson: mine.length, unpaidByPerson };
}
