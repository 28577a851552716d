/** What the housekeeping schedule does: it repairs what a terminated workflow left behind. */
import type { Logger } from '../observability/logger';
import type { GenerationStore } from '../storage/generation-store';
import type { PaymentEventStore } from '../storage/payment-events';
import type { PaymentStore } from '../storage/payment-store';
import type { UpdateStore } from '../storage/update-store';
import type { Engine } from '../workflows/engine';
import { paymentInput, type Windows } from '../workflows/inputs';
import { withMappedFailures } from './failure';

export interface HousekeepingStepsDeps {
  readonly generations: GenerationStore;
  readonly payments: PaymentStore;
  readonly paymentEvents: PaymentEventStore;
  readonly updates: UpdateStore;
  readonly engine: Engine;
  readonly windows: Windows;
  readonly now: () => Date;
  readonly logger: Logger;
}

/** What is younger is being delivered by whoever stored it. */
const newsGraceMs = 30_000;
/** A refund this old that no workflow works at was left behind. */
const refundGraceMs = 10 * 60 * 1000;
/** An order whose invoice nobody opens so long after it could be paid will never have one. */
const orderGraceMs = 10 * 60 * 1000;
/** Beyond the grace of every payment system: nobody waits for this payment any more. */
const overdueMs = 2 * 24 * 60 * 60 * 1000;

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

    /** News was stored while Temporal was down, or its payment was not known yet. */
    async redeliverPaymentNews(): Promise<void> {
      const before = new Date(deps.now().getTime() - newsGraceMs);
      for (const { id, payment } of await deps.paymentEvents.undelivered(100, before)) {
        if (payment === null) continue;
        await deps.engine.paymentNews(paymentInput(payment, deps.windows));
        await deps.paymentEvents.delivered(id);
        deps.logger.warn({ paymentId: payment.id }, 'Stored news of a payment was delivered');
      }
    },

    /**
     * Tokens were taken back, or an admin decided to return a held charge, and the workflow that was to
     * return the money is gone.
     */
    async resumeRefunds(): Promise<void> {
      const before = new Date(deps.now().getTime() - refundGraceMs);
      const begun = await deps.payments.refundsUnderWay(100, before);
      const decided = await deps.payments.returnsNotBegun(100, before);
      for (const { payment, request } of [...begun, ...decided]) {
        if (await deps.engine.paymentIsOpen(payment.id)) continue;
        await deps.engine.refundPayment(paymentInput(payment, deps.windows), request);
        deps.logger.warn({ paymentId: payment.id }, 'A refund is taken up again');
      }
    },

    /** Payments nobody ended long after they could be paid: each looks once more and ends. */
    async wakeOverduePayments(): Promise<void> {
      const before = new Date(deps.now().getTime() - overdueMs);
      for (const payment of await deps.payments.overdue(100, before)) {
        // It waits for slow money, or is about to end.
        if (await deps.engine.paymentIsOpen(payment.id)) continue;
        await deps.engine.paymentNews(paymentInput(payment, deps.windows));
        deps.logger.warn({ paymentId: payment.id }, 'An overdue payment was woken');
      }
      const now = deps.now().getTime();
      const nobodys = { orderedBefore: new Date(now - orderGraceMs), shownBefore: before };
      for (const { id } of await deps.payments.leftBehind(100, nobodys)) {
        if (await deps.engine.paymentIsOpen(id)) continue;
        await deps.payments.expire(id);
        deps.logger.warn({ paymentId: id }, 'A payment without a workflow expired');
      }
    },

    async forgetOldUpdates(): Promise<void> {
      await deps.updates.sweep(new Date(deps.now().getTime() - updatesKeptMs));
    },
  });
}
