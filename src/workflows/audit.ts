/**
 * Runs by schedule: seals the books and proves their rules. What is broken is told by the steps; a run
 * itself only fails when it could not look, and that is told as well: a silent audit proves nothing.
 */
import { isCancellation, proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { AuditedSeals, AuditSteps } from '../activities/audit-steps';
import type { AuditResult, AuditScope } from './contract';

const steps = proxyActivities<AuditSteps>({
  startToCloseTimeout: '10m',
  scheduleToCloseTimeout: '30m',
  retry: { initialInterval: '10s', backoffCoefficient: 2, maximumInterval: '2m' },
});

export async function audit(scope: AuditScope): Promise<AuditResult> {
  try {
    return await lookThrough(scope);
  } catch (error) {
    if (!isCancellation(error)) await steps.noteUnaudited();
    throw error;
  }
}

async function lookThrough(scope: AuditScope): Promise<AuditResult> {
  const before = workflowInfo().lastResult as AuditResult | undefined;
  const sealed = await steps.sealBooks(before?.head ?? null);
  let broken = sealed.broken + (await steps.auditRecent());
  if (scope === 'full') {
    broken += await steps.auditAll();
    let after: string | null = null;
    do {
      const seals: AuditedSeals = await steps.auditSeals(after);
      broken += seals.broken;
      after = seals.next;
    } while (after !== null);
  }
  return { head: sealed.head, broken };
}
