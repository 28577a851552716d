import type { BookedCharge, BookedRefund, Books, Window } from '../domain/reconciliation';
import { missingThere } from '../domain/payment';
import type { Database } from './database';

/** Ids the system named, whenever they were booked. */
export interface Named {
  readonly chargeIds: readonly string[];
  readonly paymentIds: readonly string[];
}

export type ReconciliationStore = ReturnType<typeof createReconciliationStore>;

export function createReconciliationStore(db: Database) {
  return {
    /** What is booked for a window of a system, and everything booked for what the system named. */
    async books({ system, since }: Window, named: Named): Promise<Books> {
      const charges = await db.$queryRaw<BookedCharge[]>`
        SELECT c.charge_id AS "chargeId", c.payment_id AS "paymentId",
          c.amount_minor AS "amountMinor", c.currency, c.fee_minor AS "feeMinor",
          c.disputed_at AS "disputedAt", coalesce(c.paid_at, c.received_at) AS at,
          (c.credited_at IS NOT NULL OR c.refunded_at IS NOT NULL OR c.held_for IS NOT NULL
            OR c.decision IN ('return', 'dismiss')) AS "isDealtWith"
        FROM charges c
        WHERE c.system = ${system} AND (c.charge_id = ANY(${[...named.chargeIds]}::text[])
          OR coalesce(c.paid_at, c.received_at) >= ${since}::timestamptz)`;
      // One that was asked for here is listed by when that was, however long the system took over it.
      const refunds = await db.$queryRaw<BookedRefund[]>`
        SELECT r.id, r.charge_id AS "chargeId", r.payment_id AS "paymentId",
          r.amount_minor AS "amountMinor", r.system_refund_id AS "systemRefundId",
          r.status = 'settled' AS "isSettled", (r.manual OR r.origin = 'dispute') AS "isElsewhere",
          CASE r.origin WHEN 'signal' THEN r.created_at
            ELSE coalesce(r.finished_at, r.created_at) END AS at
        FROM refunds r
        WHERE r.system = ${system} AND r.status IN ('clawed_back', 'settled')
          AND (r.charge_id = ANY(${[...named.chargeIds]}::text[])
            OR coalesce(r.finished_at, r.created_at) >= ${since}::timestamptz)`;
      const payments = await db.$queryRaw<{ id: string }[]>`
        SELECT id FROM payments
        WHERE system = ${system} AND id = ANY(${[...named.paymentIds]}::text[])`;
      return { charges, refunds, payments: new Set(payments.map(({ id }) => id)) };
    },

    /** Payments of which a dispute keeps tokens; those of lost disputes stay so for good. */
    async disputed(system: string): Promise<string[]> {
      const rows = await db.$queryRaw<{ id: string }[]>`
        SELECT DISTINCT payment_id AS id FROM refunds
        WHERE system = ${system} AND origin = 'dispute' AND status = 'clawed_back'
          AND reason <> ${missingThere} AND created_at > now() - interval '120 days'`;
      return rows.map(({ id }) => id);
    },
  };
}
