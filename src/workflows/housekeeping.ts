/**
 * Runs by schedule: what no single workflow can be trusted to do, because it may have been terminated.
 * Returns reserves nobody ended, and signals payments whose charge was stored but never credited.
 */
import { proxyActivities } from '@temporalio/workflow';
import type { HousekeepingSteps } from '../activities/housekeeping-steps';

export async function housekeeping(): Promise<void> {
  const { expireReserves, wakeUncreditedPayments, forgetOldUpdates } =
    proxyActivities<HousekeepingSteps>({
      startToCloseTimeout: '2m',
      scheduleToCloseTimeout: '10m',
      retry: { initialInterval: '5s', backoffCoefficient: 2, maximumInterval: '1m' },
    });
  await expireReserves();
  await wakeUncreditedPayments();
  await forgetOldUpdates();
}
