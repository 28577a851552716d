import type { Tx } from './database';

/**
 * A payment whose every charge went back or was dismissed is over: nobody waits for it to be paid any
 * more, and its promo code is free. A charge that comes all the same still makes it paid.
 */
export async function endIfNothingLeft(
  tx: Tx,
  charge: { readonly system: string; readonly chargeId: string },
): Promise<void> {
  await tx.$executeRaw`
    UPDATE payments y SET status = 'expired'
    FROM charges c
    WHERE c.system = ${charge.system} AND c.charge_id = ${charge.chargeId} AND y.id = c.payment_id
      AND y.status IN ('created', 'invoiced')
      AND NOT EXISTS (SELECT 1 FROM charges o WHERE o.payment_id = y.id
        AND o.refunded_at IS NULL AND o.decision IS DISTINCT FROM 'dismiss')`;
}
