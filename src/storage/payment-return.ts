/** The money side of a refund: what was asked of the system, and what waits for whom. */
import type { RefundRequest } from '../domain/refund';
import type { Database } from './database';
import { findPayment, refundOf, type Payment, type Refund } from './payment-row';

/** A refund under way, and the request it was made by, as far as it is needed to go on with it. */
export interface RefundUnderWay {
  readonly payment: Payment;
  readonly request: RefundRequest;
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
      await db.refund.updateMany({ where: { id: refundId }, data: { systemRefundId } });
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

    /** Asked for here, tokens taken, money not returned yet; the oldest first. */
    async refundsUnderWay(limit: number, createdBefore: Date): Promise<RefundUnderWay[]> {
      const rows = await db.refund.findMany({
        where: { status: 'clawed_back', origin: 'signal', createdAt: { lt: createdBefore } },
        orderBy: { createdAt: 'asc' },
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
