/**
 * Runs by schedule: what no single workflow can be trusted to do, because it may have been terminated.
 * Returns reserves nobody ended, signals payments whose charge was stored but never credited, delivers
 * stored news of payments, takes up refunds whose workflow is gone, removes files whose time is over,
 * starts orders that nobody started.
 */
import { isCancellation, proxyActivities } from '@temporalio/workflow';
import type { HousekeepingSteps } from '../activities/housekeeping-steps';
import type { LostSubmitSteps } from '../activities/lost-submits';
import type { RetentionSteps } from '../activities/retention-steps';

type Steps = HousekeepingSteps & LostSubmitSteps & RetentionSteps;

// New chores go to the end: a run that is under way while Easel is updated goes on with them.
const chores = [
  'expireReserves',
  'wakeUncreditedPayments',
  'forgetOldUpdates',
  'redeliverPaymentNews',
  'resumeRefunds',
  'wakeOverduePayments',
  'settleLostSubmits',
  'removeExpiredFiles',
  'startLostOrders',
] as const satisfies readonly (keyof Steps)[];

/** One chore that fails keeps none of the others from being done; the run fails for all to see. */
export async function housekeeping(): Promise<void> {
  const steps = proxyActivities<Steps>({
    startToCloseTimeout: '2m',
    scheduleToCloseTimeout: '10m',
    retry: { initialInterval: '5s', backoffCoefficient: 2, maximumInterval: '1m' },
  });
  const failures: unknown[] = [];
  for (const chore of chores) {
    try {
      await steps[chore]();
    } catch (error) {
      if (isCancellation(error)) throw error;
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}
