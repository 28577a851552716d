/**
 * Runs by schedule: what no single workflow can be trusted to do, because it may have been terminated.
 * Returns reserves nobody ended, signals payments whose charge was stored but never credited, delivers
 * stored news of payments, takes up refunds whose workflow is gone, removes files whose time is over.
 */
import { proxyActivities } from '@temporalio/workflow';
import type { HousekeepingSteps } from '../activities/housekeeping-steps';
import type { LostSubmitSteps } from '../activities/lost-submits';
import type { RetentionSteps } from '../activities/retention-steps';

export async function housekeeping(): Promise<void> {
  const steps = proxyActivities<HousekeepingSteps & LostSubmitSteps & RetentionSteps>({
    startToCloseTimeout: '2m',
    scheduleToCloseTimeout: '10m',
    retry: { initialInterval: '5s', backoffCoefficient: 2, maximumInterval: '1m' },
  });
  await steps.expireReserves();
  await steps.wakeUncreditedPayments();
  await steps.forgetOldUpdates();
  // New chores go to the end: a run that is under way while Easel is updated goes on with them.
  await steps.redeliverPaymentNews();
  await steps.resumeRefunds();
  await steps.wakeOverduePayments();
  await steps.settleLostSubmits();
  await steps.removeExpiredFiles();
}
