/** What the housekeeping schedule does: it repairs what a terminated workflow left behind. */
import type { Logger } from '../observability/logger';
import type { GenerationStore } from '../storage/generation-store';
import type { PaymentStore } from '../storage/payment-store';
import type { UpdateStore } from '../storage/update-store';
import type { Engine } from '../workflows/engine';
import { paymentInput, type Windows } from '../workflows/inputs';
import { withMappedFailures } from './failure';

export interface HousekeepingStepsDeps {
  readonly generations: GenerationStore;
  readonly payments: PaymentStore;
  readonly updates: UpdateStore;
  readonly engine: Engine;
  readonly windows: Windows;
  readonly now: () => Date;
  readonly logger: Logger;
}

/** Telegram keeps undelivered updates for a day; claims older than this can never be asked for. */
const updatesKeptMs = 7 * 24 * 60 * 60 * 1000;

export type HousekeepingSteps = ReturnType<typeof createHousekeepingSteps>;

export function createHousekeepingSteps(deps: HousekeepingStepsDeps) {
  return withMappedFailures({
    /** Returns reserves whose workflow is gone, long after any workflow would have ended them. */
    async expireReserves(): Promise<void> {
      for (const id of await deps.generations.withOverdueReserve(deps.now(), 100)) {
        const { changed } = await deps.generations.release(id, 'PROVIDER_TIMEOUT', {
          expired: true,
        });
        if (changed) deps.logger.warn({ generationId: id }, 'An overdue reserve was returned');
      }
    },

    /** A charge was stored but its signal never arrived: the payment is told again. */
    async wakeUncreditedPayments(): Promise<void> {
      for (const { payment, chargeId } of await deps.payments.uncreditedCharges(100)) {
        await deps.engine.charged(paymentInput(payment, deps.windows), chargeId);
        deps.logger.warn({ paymentId: payment.id }, 'A stored charge was signalled again');
      }
    },

    async forgetOldUpdates(): Promise<void> {
      await deps.updates.sweep(new Date(deps.now().getTime() - updatesKeptMs));
    },
  });
}
