/** The money side of a refund: what was asked of the system, and what waits for whom. */
import type { RefundRequest } from '../domain/refund';
import type { Database, Tx } from './database';
import { aboutRefund } from './payment-clawback';
import { findPayment, refundOf, type Payment, type Refund } from './payment-row';

/** A refund under way, and the request it was made by, as far as it is needed to go on with it. */
export interface RefundUnderWay {
  readonly payment: Payment;
  readonly request: RefundRequest;
}

interface NotBegun extends Pick<RefundRequest, 'id' | 'actor' | 'reason'> {
  readonly paymentId: string;
  readonly chargeId: string;
}

export function createReturns(db: Database) {
  return {
    /** True for the first call to the system; after that it is looked up before it is repeated. */
    async startReturn(refundId: string): Promise<boolean> {
      const { count } = await db.refund.updateMany({
        where: { id: refundId, sentAt: null },
        data: { sentAt: new Date() },
      });
      return count === 1;
    },

    /** The system clearly did not carry it out: the next try needs no look-up. */
    async returnNotSent(refundId: string): Promise<void> {
      await db.refund.updateMany({ where: { id: refundId }, data: { sentAt: null } });
    },

    async nameReturn(refundId: string, systemRefundId: string): Promise<void> {
      await aboutRefund(db, refundId, async (tx, { refund: { system } }) => {
        await freeName(tx, { system, systemRefundId, except: refundId });
        await tx.refund.updateMany({ where: { id: refundId }, data: { systemRefundId } });
      });
    },

    /** From now on it stands in the list of what admins have to return by hand. */
    async awaitHand(refundId: string): Promise<void> {
      await db.refund.updateMany({
        where: { id: refundId, status: 'clawed_back' },
        data: { manual: true },
      });
    },

    /** Refunds that wait for an admin to return the money by hand, the oldest first. */
    async manualRefunds(limit: number): Promise<Refund[]> {
      const rows = await db.refund.findMany({
        where: { status: 'clawed_back', manual: true },
        orderBy: { createdAt: 'asc' },
        take: limit,
        include: { charge: true },
      });
      return rows.flatMap((row) => (row.charge === null ? [] : [refundOf(row, row.charge)]));
    },
  };
}

/** Refunds somebody has to take up again when their workflow is gone. */
export function createUnfinishedReturns(db: Database) {
  return {
    /**
     * Held charges an admin decided to return whose refund nobody began; the oldest first. The id is
     * made of the decision, so that it is asked for once.
     */
    async returnsNotBegun(limit: number, decidedBefore: Date): Promise<RefundUnderWay[]> {
      const rows = await db.$queryRaw<NotBegun[]>`
        SELECT c.payment_id AS "paymentId", c.charge_id AS "chargeId", a.actor, a.reason,
          'return-' || left(md5(c.system || ':' || c.charge_id || ':' || c.decided_at), 16) AS id
        FROM charges c
          JOIN payments y ON y.id = c.payment_id AND y.system = c.system
          JOIN LATERAL (SELECT actor, reason FROM audit
            WHERE target = 'payment:' || y.id AND action = 'decide_charge' AND outcome = 'return'
            ORDER BY id DESC LIMIT 1) a ON true
        WHERE c.decision = 'return' AND c.refunded_at IS NULL AND c.credited_at IS NULL
          AND c.decided_at < ${decidedBefore}::timestamptz
          AND NOT EXISTS (SELECT 1 FROM refunds r WHERE r.system = c.system
            AND r.charge_id = c.charge_id AND r.origin = 'signal'
            AND r.status IN ('clawed_back', 'settled'))
        ORDER BY c.decided_at LIMIT ${limit}::int`;
      return Promise.all(
        rows.map(async ({ paymentId, ...request }) => ({
          payment: await findPayment(db, paymentId),
          request,
        })),
      );
    },

    /**
     * Asked for here, tokens taken, money not returned yet; the oldest first, but after all others what
     * waits for an admin: many of those must not stand in the way.
     */
    async refundsUnderWay(limit: number, createdBefore: Date): Promise<RefundUnderWay[]> {
      const rows = await db.refund.findMany({
        where: { status: 'clawed_back', origin: 'signal', createdAt: { lt: createdBefore } },
        orderBy: [{ manual: 'asc' }, { createdAt: 'asc' }],
        take: limit,
      });
      return Promise.all(
        rows.map(async (row) => ({
          payment: await findPayment(db, row.paymentId),
          request: {
            id: row.id.slice(row.paymentId.length + 1),
            actor: row.actor,
            reason: row.reason,
          },
        })),
      );
    },
  };
}

/**
 * Takes a system's name from a refund that came to nothing. Where a payment is returned only once and
 * whole, the next attempt has the same name.
 */
export async function freeName(
  tx: Tx,
  name: { readonly system: string; readonly systemRefundId: string; readonly except?: string },
): Promise<void> {
  const { system, systemRefundId, except = '' } = name;
  await tx.refund.updateMany({
    where: { system, systemRefundId, status: 'put_back', id: { not: except } },
    data: { systemRefundId: null },
  });
}
