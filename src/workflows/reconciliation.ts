/**
 * Runs by schedule: compares what every payment system lists with what is booked here. Where runs did
 * not come about or could not read a system, the next one looks back to the last that did.
 */
import { proxyActivities, workflowInfo } from '@temporalio/workflow';
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
  const before = workflowInfo().lastResult as Partial<ReconciliationResult> | undefined;
  const findings: Record<string, number | null> = {};
  const readAt: Record<string, number> = { ...before?.readAt };
  const startedAt = workflowInfo().runStartTime.getTime();
  // One after the other: a system that is down must not keep the others from being read.
  for (const system of await steps.systemsToReconcile()) {
    try {
      findings[system] = await steps.reconcile(
        system,
        Math.max(hours, hoursSince(readAt[system], startedAt)),
      );
      readAt[system] = startedAt;
    } catch {
      findings[system] = null;
      await steps.noteUnread(system);
    }
  }
  return { findings, readAt };
}

/** No system is asked for more than a month: what a longer silence hid is for a person to look for. */
const hoursMax = 30 * 24;

function hoursSince(readAt: number | undefined, now: number): number {
  return readAt === undefined ? 0 : Math.min(Math.ceil((now - readAt) / 3_600_000), hoursMax);
}
