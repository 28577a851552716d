/**
 * The guard of the call that opens an invoice: none -> opening -> opened. A row found in `opening` means
 * that the answer was lost, and then the system is asked before anything is opened again.
 */
import type { Database } from './database';
import { paymentOf, type Payment } from './payment-row';

/** What is known of an invoice once it is open. */
export interface OpenInvoice {
  readonly invoiceId?: string;
  readonly payUrl?: string;
  readonly words?: string;
}

export function createOpening(db: Database) {
  return {
    /**
     * `mine`: open it now. `unknown`: somebody began and nobody knows the end. The first call freezes
     * where the receipts go: a repeat has to say the same, and a refund's receipt goes there too.
     */
    async startOpening(id: string): Promise<'mine' | 'unknown' | 'opened'> {
      const count = await db.$executeRaw`
        UPDATE payments y SET opening = 'opening', receipt_email = coalesce(y.receipt_email,
          (SELECT c.email FROM receipt_contacts c WHERE c.person_id = y.person_id))
        WHERE y.id = ${id} AND y.opening = 'none'`;
      if (count === 1) return 'mine';
      const row = await db.payment.findUnique({ where: { id }, select: { opening: true } });
      return row?.opening === 'opened' ? 'opened' : 'unknown';
    },

    /** The system clearly did not open it: the next try may. */
    async openingRefused(id: string): Promise<void> {
      await db.payment.updateMany({ where: { id, opening: 'opening' }, data: { opening: 'none' } });
    },

    async invoiceOpened(id: string, invoice: OpenInvoice): Promise<void> {
      await db.payment.updateMany({
        where: { id },
        data: {
          opening: 'opened',
          invoiceId: invoice.invoiceId ?? null,
          payUrl: invoice.payUrl ?? null,
          payWords: invoice.words ?? null,
        },
      });
    },
  };
}

/** Payments that nobody ended in time. */
export function createOverdue(db: Database) {
  return {
    /**
     * Shown or to be shown, not paid, and expired before this time; not those of the chat (Stars). Which of
     * them is left to chance: those that wait for slow money are among them for weeks, and the oldest
     * would stand in the way of all others.
     */
    async overdue(limit: number, expiredBefore: Date): Promise<Payment[]> {
      const found = await db.$queryRaw<{ id: string }[]>`
        SELECT y.id FROM payments y
        WHERE y.status IN ('created', 'invoiced') AND y.expires_at < ${expiredBefore}::timestamptz
          AND y.system <> 'stars' AND NOT EXISTS (SELECT 1 FROM charges c WHERE c.payment_id = y.id)
        ORDER BY random() LIMIT ${limit}::int`;
      const rows = await db.payment.findMany({
        where: { id: { in: found.map(({ id }) => id) } },
      });
      return rows.map(paymentOf);
    },

    /** Orders that can still be paid and may have no workflow: their process died before it started one. */
    async notStarted(
      limit: number,
      { orderedBefore, now }: { orderedBefore: Date; now: Date },
    ): Promise<Payment[]> {
      const rows = await db.payment.findMany({
        where: {
          status: 'created',
          opening: 'none',
          createdAt: { lt: orderedBefore },
          expiresAt: { gt: now },
        },
        orderBy: { createdAt: 'asc' },
        take: limit,
      });
      return rows.map(paymentOf);
    },

    /**
     * Orders that expired before their invoice was opened, because the process died before it started
     * the workflow; and invoices in the chat, which cannot be asked about. Without charges.
     */
    async leftBehind(
      limit: number,
      { orderedBefore, shownBefore }: { orderedBefore: Date; shownBefore: Date },
    ): Promise<Payment[]> {
      const rows = await db.payment.findMany({
        where: {
          charges: { none: {} },
          OR: [
            { status: 'created', opening: 'none', expiresAt: { lt: orderedBefore } },
            {
              status: { in: ['created', 'invoiced'] },
              system: 'stars',
              expiresAt: { lt: shownBefore },
            },
          ],
        },
        orderBy: { expiresAt: 'asc' },
        take: limit,
      });
      return rows.map(paymentOf);
    },
  };
}
