import { holdReason, type ChargeDoubt, type HoldReason } from '../domain/charge';
import type { Currency, Money } from '../domain/money';
import { holdingRefundStatuses } from '../domain/payment';
import type { Charge, Refund } from '../generated/prisma/client';
import type { Tx } from './database';
import type { Payment } from './payment-row';

interface ChargeKey {
  readonly system: string;
  readonly chargeId: string;
}

/** A charge with the refunds that hold a part of it. */
export type RefundableCharge = Charge & { readonly refunds: readonly Refund[] };

/** What to include so that a charge is a {@link RefundableCharge}. */
export const withRefunds = {
  refunds: { where: { status: { in: [...holdingRefundStatuses] } } },
};

export function keyOf({ system, chargeId }: ChargeKey) {
  return { system_chargeId: { system, chargeId } };
}

/** The charge as it is inside the transaction. Null when there is none. */
export async function findCharge(tx: Tx, key: ChargeKey): Promise<RefundableCharge | null> {
  return tx.charge.findUnique({ where: keyOf(key), include: withRefunds });
}

export function paidOf(charge: Charge): Money {
  return { amountMinor: charge.amountMinor, currency: charge.currency as Currency };
}

/** Minor units of a charge that no refund holds. */
export function leftOf(charge: RefundableCharge): bigint {
  return charge.refunds.reduce((left, { amountMinor }) => left - amountMinor, charge.amountMinor);
}

/** Why this stored charge is not the money agreed on; undefined when it is. */
export function holdReasonOf(
  { price }: Pick<Payment, 'price'>,
  charge: RefundableCharge,
): HoldReason | undefined {
  if (leftOf(charge) < charge.amountMinor) return 'part-refunded';
  return holdReason(price, {
    paid: paidOf(charge),
    disputed: charge.disputedAt !== null,
    ...(charge.doubt === null ? {} : { doubt: charge.doubt as ChargeDoubt }),
  });
}
