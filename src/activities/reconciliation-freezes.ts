/** What the reconciliation does about credited charges that their system does not know. */
import type { Finding } from '../domain/finding';
import type { BookedCharge } from '../domain/reconciliation';
import { PaymentSystemError } from '../payments/payment-system';
import type { Frozen } from '../storage/payment-freeze';
import type { Payment, PaymentStore } from '../storage/payment-store';
import { paymentInput } from '../workflows/inputs';
import { systemOf, tell, type LookDeps } from './reconciliation-looks';
import { referenceOf } from './system-payment-steps';

export interface FreezesDeps extends LookDeps {
  readonly payments: LookDeps['payments'] &
    Pick<PaymentStore, 'freezeMissing' | 'frozenForNothing' | 'thawMissing'>;
}

/** Lists come late: what is missing is missing only when a later run does not see it either. */
const missingForMs = 30 * 60_000;

/** Freezes at the second sight of it, and only when the system, asked for this one, knows it neither. */
export async function freezeMissing(
  deps: FreezesDeps,
  system: string,
  found: { readonly missing: readonly BookedCharge[]; readonly open: readonly Finding[] },
): Promise<void> {
  const seenLongEnough = new Set(
    found.open
      .filter(({ class: name }) => name === 'missing_there')
      .filter((one) => one.lastSeenAt.getTime() - one.firstSeenAt.getTime() >= missingForMs)
      .map(({ subject }) => subject),
  );
  for (const { chargeId, paymentId } of found.missing) {
    if (paymentId === null || !seenLongEnough.has(`charge:${chargeId}`)) continue;
    const payment = await deps.payments.get(paymentId);
    if (await isKnown(deps, payment, chargeId)) continue;
    const frozen = await deps.payments.freezeMissing(system, chargeId);
    if (frozen === undefined) continue;
    deps.logger.error({ paymentId, system, chargeId }, 'A missing charge was frozen');
    await tellOrWake(deps, payment, frozen);
  }
}

/** Gives tokens back whose charge is listed again or was explained by an admin. */
export async function thawExplained(
  deps: FreezesDeps,
  system: string,
  listed: readonly string[],
): Promise<void> {
  for (const frozen of await deps.payments.frozenForNothing(system, listed)) {
    await deps.payments.thawMissing(system, frozen);
    deps.logger.warn({ paymentId: frozen.paymentId, system }, 'A missing charge is explained');
    await tellOrWake(deps, await deps.payments.get(frozen.paymentId), frozen);
  }
}

/** Without an answer nobody knows, and then nothing is frozen. */
async function isKnown(deps: FreezesDeps, payment: Payment, chargeId: string): Promise<boolean> {
  const system = systemOf(deps, payment);
  if (system?.fetchStatus === undefined) return false;
  try {
    const { charges } = await system.fetchStatus(referenceOf(payment));
    return charges.some((charge) => charge.chargeId === chargeId);
  } catch (error) {
    if (!(error instanceof PaymentSystemError)) throw error;
    return error.failure !== 'not-found';
  }
}

/** A payment whose system can be asked looks and tells by itself; for the others it is told here. */
async function tellOrWake(
  deps: FreezesDeps,
  payment: Payment,
  { refundId }: Frozen,
): Promise<void> {
  if (systemOf(deps, payment)?.fetchStatus === undefined) await tell(deps, payment, refundId);
  else await deps.engine.paymentNews(paymentInput(payment, deps.windows));
}
