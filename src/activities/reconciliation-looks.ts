/** How what the reconciliation found is put right. */
import type { SystemCharge, SystemRefund } from '../domain/charge';
import type { BookedCharge, Listed } from '../domain/reconciliation';
import type { Logger } from '../observability/logger';
import type { PaymentSystem } from '../payments/payment-system';
import type { PaymentSystems } from '../payments/registry';
import type { Payment, PaymentStore } from '../storage/payment-store';
import type { Engine } from '../workflows/engine';
import { paymentInput, type Windows } from '../workflows/inputs';
import type { PaymentNotices } from './payment-notices';

export interface LookDeps {
  readonly systems: PaymentSystems;
  readonly payments: Pick<PaymentStore, 'get' | 'observe'>;
  readonly engine: Pick<Engine, 'paymentNews' | 'charged'>;
  readonly windows: Windows;
  readonly notices: Pick<PaymentNotices, 'tellForeignRefund'>;
  readonly logger: Logger;
}

export function systemOf({ systems }: LookDeps, { system }: Payment): PaymentSystem | undefined {
  return systems.ready.get(system)?.system;
}

/** Who cannot be told stands in the findings, so admins hear of it with the next run. */
export async function lookAgain(
  deps: LookDeps,
  paymentId: string,
  seen: { readonly listed: Listed; readonly booked: readonly BookedCharge[] },
): Promise<void> {
  const payment = await deps.payments.get(paymentId);
  const canBeAsked = systemOf(deps, payment)?.fetchStatus !== undefined;
  try {
    if (canBeAsked) await deps.engine.paymentNews(paymentInput(payment, deps.windows));
    else await takeFromList(deps, payment, seen);
    deps.logger.warn({ paymentId }, 'The reconciliation made a payment look again');
  } catch (error) {
    deps.logger.error({ err: error, paymentId }, 'A payment could not be told to look again');
  }
}

/**
 * Of a payment whose system cannot be asked the list is all there is to see: Telegram drops the update of
 * a charge after a day, and shops of phones take Stars back without a word to the bot.
 */
async function takeFromList(
  deps: LookDeps,
  payment: Payment,
  { listed, booked }: { readonly listed: Listed; readonly booked: readonly BookedCharge[] },
): Promise<void> {
  const mine = (charge: { paymentId?: string | null }) => charge.paymentId === payment.id;
  const charges = listed.charges.filter(mine).map(({ charge }): SystemCharge => charge);
  const ids = new Set([...charges, ...booked.filter(mine)].map(({ chargeId }) => chargeId));
  const refunds = listed.refunds
    .map(({ refund }): SystemRefund => refund)
    .filter(({ chargeId }) => ids.has(chargeId));
  const { open, foreign } = await deps.payments.observe(payment.id, {
    state: 'closed',
    charges,
    refunds,
  });
  const input = paymentInput(payment, deps.windows);
  for (const chargeId of open) await deps.engine.charged(input, chargeId);
  for (const { refundId, origin } of foreign) {
    if (origin === 'cabinet') await tell(deps, payment, refundId);
  }
}

/** The rest of the run must not depend on Telegram: the tokens moved, and admins have the finding. */
export async function tell(deps: LookDeps, payment: Payment, refundId: string): Promise<void> {
  try {
    await deps.notices.tellForeignRefund(payment.id, refundId);
  } catch (error) {
    deps.logger.warn(
      { err: error, paymentId: payment.id },
      'A refund or freeze could not be told of',
    );
  }
}
