/**
 * Tokens of a charge whose money is in doubt: taken back by force as for a refund, and put back when the
 * doubt is over. Refunds that nobody asked for here are booked here, too.
 */
import { missingThere } from '../domain/payment';
import type { Refund as RefundRow } from '../generated/prisma/client';
import { findCharge, keyOf, leftOf, type RefundableCharge } from './charge-row';
import type { Database, Tx } from './database';
import { createLedgerStore } from './ledger-store';
import { auditRefund, putBackInside, takeTokens } from './payment-clawback';
import { findPayment, refundOf, type Payment } from './payment-row';

/** The reason of a freeze that another one has taken the place of. */
export const replaced = 'replaced';

/** Whose money it is about. */
export interface Subject {
  readonly payment: Payment;
  readonly charge: RefundableCharge;
}

interface FoundRefund {
  readonly id: string;
  readonly amount: bigint;
  readonly origin: 'cabinet' | 'dispute';
  /** Its origin when left out. */
  readonly reason?: string;
  readonly systemRefundId?: string;
}

/** A charge whose tokens are frozen, or free again. */
export interface Frozen {
  readonly paymentId: string;
  readonly chargeId: string;
  readonly refundId: string;
}

export function createFreezes(db: Database) {
  return {
    /**
     * Freezes a charge that its system does not know. Undefined when there is nothing to freeze: it was
     * never credited, went back, or is frozen for another reason. A repeat answers what the first did,
     * so that who could not tell of it then does.
     */
    async freezeMissing(system: string, chargeId: string): Promise<Frozen | undefined> {
      return about(db, { system, chargeId }, async (tx, subject) => {
        const { payment, charge } = subject;
        const open = openFreeze(charge);
        if (open !== undefined && open.reason !== missingThere) return undefined;
        const refundId = open?.id ?? (await freeze(tx, subject, missingThere));
        return refundId === undefined ? undefined : { paymentId: payment.id, chargeId, refundId };
      });
    },

    /**
     * Frozen as missing, and listed now, or explained by an admin since. Also what was freed not long
     * ago: whoever freed it may not have told of it.
     */
    async frozenForNothing(system: string, listed: readonly string[]): Promise<Frozen[]> {
      return db.$queryRaw<Frozen[]>`
        SELECT r.id AS "refundId", r.payment_id AS "paymentId", r.charge_id AS "chargeId"
        FROM refunds r
        WHERE r.system = ${system} AND r.origin = 'dispute' AND r.reason = ${missingThere}
          AND (r.status = 'clawed_back'
            OR (r.status = 'put_back' AND r.finished_at > now() - interval '3 hours'))
          AND (r.charge_id = ANY(${[...listed]}::text[]) OR NOT EXISTS (
            SELECT 1 FROM reconciliation_findings f
            WHERE f.class = 'missing_there' AND f.system = r.system
              AND f.subject = 'charge:' || r.charge_id AND f.resolved_at IS NULL))`;
    },

    /** Gives the tokens of a missing charge back. Repeats are harmless. */
    async thawMissing(system: string, { chargeId, refundId }: Frozen): Promise<void> {
      await about(db, { system, chargeId }, async (tx, subject) => {
        if (openFreeze(subject.charge)?.id === refundId) await thaw(tx, subject);
      });
    },
  };
}

/** Behind the person's lock. Undefined for a charge that names no payment of ours. */
async function about<T>(
  db: Database,
  key: { readonly system: string; readonly chargeId: string },
  work: (tx: Tx, subject: Subject) => Promise<T>,
): Promise<T | undefined> {
  const row = await db.charge.findUnique({ where: keyOf(key) });
  if (typeof row?.paymentId !== 'string') return undefined;
  const payment = await findPayment(db, row.paymentId);
  return db.$transaction(async (tx) => {
    await createLedgerStore(tx).lock(payment.personId);
    const charge = await findCharge(tx, key);
    return charge === null ? undefined : work(tx, { payment, charge });
  });
}

/** What freezes the charge now. */
export function openFreeze({ refunds }: RefundableCharge): RefundRow | undefined {
  return refunds.find(({ origin, status }) => origin === 'dispute' && status === 'clawed_back');
}

/** Call it behind the person's lock. Answers the id of what froze it; none when nothing is left to. */
export async function freeze(
  tx: Tx,
  subject: Subject,
  reason: string,
): Promise<string | undefined> {
  const { payment, charge } = subject;
  const amount = leftOf(charge);
  // What was never credited has no tokens to freeze; it is held instead.
  if (charge.creditedTokens === null || amount === 0n) return undefined;
  const { system, chargeId } = charge;
  const before = await tx.refund.count({ where: { system, chargeId, origin: 'dispute' } });
  await tx.charge.update({ where: keyOf(charge), data: { disputedAt: new Date() } });
  const id = `${payment.id}:dispute:${chargeId}:${before + 1}`;
  await book(tx, subject, { id, amount, origin: 'dispute', reason });
  return id;
}

/** Call it behind the person's lock. */
export async function thaw(tx: Tx, { payment, charge }: Subject): Promise<void> {
  const open = openFreeze(charge);
  if (open === undefined) return;
  await putBackInside(tx, payment.personId, refundOf(open, charge));
  await tx.charge.update({ where: keyOf(charge), data: { disputedAt: null } });
}

/**
 * Makes room for a refund that was found meanwhile; what is left is frozen again after it, so nobody is
 * told that the doubt is over. Call it behind the person's lock.
 */
export async function setAside(tx: Tx, subject: Subject): Promise<void> {
  const open = openFreeze(subject.charge);
  await thaw(tx, subject);
  await tx.refund.updateMany({ where: { id: open?.id ?? '' }, data: { reason: replaced } });
}

/** Call it behind the person's lock. */
export async function book(
  tx: Tx,
  { payment, charge }: Subject,
  found: FoundRefund,
): Promise<void> {
  const { id, amount, origin, reason = origin, systemRefundId = null } = found;
  const taken = await takeTokens(tx, payment, { charge, refundId: id, amount, force: true });
  if ('code' in taken) throw new Error(`A forced claw-back was refused: ${taken.code}`);
  const status = origin === 'cabinet' ? 'settled' : 'clawed_back';
  const row = await tx.refund.create({
    data: {
      id,
      paymentId: payment.id,
      system: charge.system,
      chargeId: charge.chargeId,
      amountMinor: amount,
      ...taken,
      origin,
      systemRefundId,
      actor: charge.system,
      reason,
      status,
      finishedAt: status === 'settled' ? new Date() : null,
    },
  });
  await auditRefund(tx, row, status);
}
