/** What the housekeeping schedule does: it repairs what a terminated workflow left behind. */
import type { Logger } from '../observability/logger';
import type { GenerationStore } from '../storage/generation-store';
import type { PaymentEventStore } from '../storage/payment-events';
import type { PaymentStore } from '../storage/payment-store';
import type { UpdateStore } from '../storage/update-store';
import type { Engine } from '../workflows/engine';
import { generationInput, paymentInput, type Windows } from '../workflows/inputs';
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
/** An order this young is being started by whoever stored it. */
const startGraceMs = 60_000;
/** Nobody waits for a picture any more that was ordered so long ago. */
const startedLateMs = 60 * 60 * 1000;
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
      await forEach(await deps.generations.withOverdueReserve(deps.now(), 100), async (id) => {
        const { changed } = await deps.generations.release(id, 'PROVIDER_TIMEOUT', {
          expired: true,
        });
        if (changed) deps.logger.warn({ generationId: id }, 'An overdue reserve was returned');
      });
    },

    /** A charge was stored but its signal never arrived: the payment is told again. */
    async wakeUncreditedPayments(): Promise<void> {
      await forEach(await deps.payments.uncreditedCharges(100), async ({ payment, chargeId }) => {
        await deps.engine.charged(paymentInput(payment, deps.windows), chargeId);
        deps.logger.warn({ paymentId: payment.id }, 'A stored charge was signalled again');
      });
    },

    /** News was stored while Temporal was down, or its payment was not known yet. */
    async redeliverPaymentNews(): Promise<void> {
      const before = new Date(deps.now().getTime() - newsGraceMs);
      const news = await deps.paymentEvents.undelivered(100, before);
      await forEach(news, async ({ id, payment }) => {
        if (payment === null) return;
        await deps.engine.paymentNews(paymentInput(payment, deps.windows));
        await deps.paymentEvents.delivered(id);
        deps.logger.warn({ paymentId: payment.id }, 'Stored news of a payment was delivered');
      });
    },

    /**
     * Tokens were taken back, or an admin decided to return a held charge, and the workflow that was to
     * return the money is gone.
     */
    async resumeRefunds(): Promise<void> {
      const before = new Date(deps.now().getTime() - refundGraceMs);
      const begun = await deps.payments.refundsUnderWay(100, before);
      const decided = await deps.payments.returnsNotBegun(100, before);
      await forEach([...begun, ...decided], async ({ payment, request }) => {
        if (await deps.engine.paymentIsOpen(payment.id)) return;
        await deps.engine.refundPayment(paymentInput(payment, deps.windows), request);
        deps.logger.warn({ paymentId: payment.id }, 'A refund is taken up again');
      });
    },

    /** Payments nobody ended long after they could be paid: each looks once more and ends. */
    async wakeOverduePayments(): Promise<void> {
      const before = new Date(deps.now().getTime() - overdueMs);
      await forEach(await deps.payments.overdue(100, before), async (payment) => {
        // It waits for slow money, or is about to end.
        if (await deps.engine.paymentIsOpen(payment.id)) return;
        await deps.engine.paymentNews(paymentInput(payment, deps.windows));
        deps.logger.warn({ paymentId: payment.id }, 'An overdue payment was woken');
      });
      await expireLeftBehind(deps, before);
    },

    startLostOrders: () => startLostOrders(deps),

    async forgetOldUpdates(): Promise<void> {
      await deps.updates.sweep(new Date(deps.now().getTime() - updatesKeptMs));
    },
  });
}

async function expireLeftBehind(deps: HousekeepingStepsDeps, shownBefore: Date): Promise<void> {
  const orderedBefore = new Date(deps.now().getTime() - orderGraceMs);
  const nobodys = await deps.payments.leftBehind(100, { orderedBefore, shownBefore });
  await forEach(nobodys, async ({ id }) => {
    if (await deps.engine.paymentIsOpen(id)) return;
    await deps.payments.expire(id);
    deps.logger.warn({ paymentId: id }, 'A payment without a workflow expired');
  });
}

/**
 * Orders whose process died between storing them and starting their workflow, and whose update Telegram
 * did not bring again in time. A workflow that is there already is left alone.
 */
async function startLostOrders(deps: HousekeepingStepsDeps): Promise<void> {
  const now = deps.now();
  const before = new Date(now.getTime() - startGraceMs);
  const after = new Date(now.getTime() - startedLateMs);
  const { generations, payments, engine, windows } = deps;
  await forEach(await generations.notBegun(100, { after, before }), (generation) =>
    engine.startGeneration(generationInput(generation, windows)),
  );
  await forEach(await payments.notStarted(100, { orderedBefore: before, now }), (payment) =>
    engine.startPayment(paymentInput(payment, windows)),
  );
}

/** One after the other; one that fails keeps none of the others from their turn, and is thrown last. */
async function forEach<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  const failures: unknown[] = [];
  for (const one of all) {
    try {
      await work(one);
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}
