/** A person's payments as they understand them: the payment's status, and what became of the money. */
import type { PaymentStatus } from '../domain/payment';
import { leftOf, withRefunds, type RefundableCharge } from './charge-row';
import type { Database } from './database';
import { paymentOf, type Payment } from './payment-row';

export type PaymentStanding = PaymentStatus | 'held' | 'refunded' | 'part_refunded';

export interface PaymentListed {
  readonly payment: Payment;
  readonly standing: PaymentStanding;
}

export function createPaymentList(db: Database) {
  return {
    /** The newest first. */
    async listWithStanding(personId: string, page: { limit: number }): Promise<PaymentListed[]> {
      const rows = await db.payment.findMany({
        where: { personId },
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
        take: page.limit,
        include: { charges: { include: withRefunds } },
      });
      return rows.map(({ charges, ...row }) => {
        const payment = paymentOf(row);
        return { payment, standing: standingOf(payment, charges) };
      });
    },
  };
}

function standingOf({ status }: Payment, charges: readonly RefundableCharge[]): PaymentStanding {
  const isHeld = charges.some((charge) => charge.heldFor !== null && charge.decision === null);
  if (isHeld && status !== 'paid') return 'held';
  const refunded = charges.filter(({ refunds }) => refunds.length > 0);
  if (refunded.length === 0) return status;
  return charges.every((charge) => leftOf(charge) === 0n) ? 'refunded' : 'part_refunded';
}
