/** A person's payments as they understand them: the payment's status, and what became of the money. */
import type { PaymentStatus } from '../domain/payment';
import { leftOf, withRefunds, type RefundableCharge } from './charge-row';
import type { Payment as PaymentRow } from '../generated/prisma/client';
import type { Database } from './database';
import { paymentOf, type Payment } from './payment-row';

export type PaymentStanding = PaymentStatus | 'held' | 'closed' | 'refunded' | 'part_refunded';

export interface PaymentListed {
  readonly payment: Payment;
  readonly standing: PaymentStanding;
}

export function createPaymentList(db: Database) {
  return {
    /** One payment of this person; null for somebody else's. */
    async standingOf(personId: string, id: string): Promise<PaymentListed | null> {
      const row = await db.payment.findUnique({
        where: { id, personId },
        include: { charges: { include: withRefunds } },
      });
      return row === null ? null : listed(row);
    },

    /** The newest first. */
    async listWithStanding(personId: string, page: { limit: number }): Promise<PaymentListed[]> {
      const rows = await db.payment.findMany({
        where: { personId },
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
        take: page.limit,
        include: { charges: { include: withRefunds } },
      });
      return rows.map(listed);
    },
  };
}

function listed({ charges, ...row }: PaymentRow & { charges: RefundableCharge[] }): PaymentListed {
  const payment = paymentOf(row);
  return { payment, standing: standingOf(payment, charges) };
}

function standingOf({ status }: Payment, charges: readonly RefundableCharge[]): PaymentStanding {
  const isHeld = charges.some((charge) => charge.heldFor !== null && charge.decision === null);
  if (isHeld && status !== 'paid') return 'held';
  const refunded = charges.filter(({ refunds }) => refunds.length > 0);
  if (refunded.length === 0) {
    const isDismissed = charges.some(({ decision }) => decision === 'dismiss');
    return isDismissed && status === 'expired' ? 'closed' : status;
  }
  return charges.every((charge) => leftOf(charge) === 0n) ? 'refunded' : 'part_refunded';
}
