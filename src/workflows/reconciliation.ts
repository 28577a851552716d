/** Runs by schedule: compares what every payment system lists with what is booked here. */
import { proxyActivities } from '@temporalio/workflow';
import type { ReconciliationSteps } from '../activities/reconciliation-steps';
import { taskQueues, type ReconciliationInput, type ReconciliationResult } from './contract';

export async function reconciliation({
  hours,
}: ReconciliationInput): Promise<ReconciliationResult> {
  const steps = proxyActivities<ReconciliationSteps>({
    taskQueue: taskQueues.payments,
    startToCloseTimeout: '10m',
    heartbeatTimeout: '1m',
    retry: {
      initialInterval: '10s',
      backoffCoefficient: 2,
      maximumInterval: '2m',
      maximumAttempts: 5,
    },
  });
  const findings: Record<string, number | null> = {};
  // One after the other: a system that is down must not keep the others from being read.
  for (const system of await steps.systemsToReconcile()) {
    try {
      findings[system] = await steps.reconcile(system, hours);
    } catch {
      findings[system] = null;
      await steps.noteUnread(system);
    }
  }
  return { findings };
}
