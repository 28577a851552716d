/** Makes a Temporal namespace ready for Easel: its search attributes and its schedules. */
import {
  ScheduleAlreadyRunning,
  ScheduleOverlapPolicy,
  type Client,
  type Connection,
} from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import {
  searchAttributes,
  taskQueues,
  workflowTypes,
  type AuditScope,
  type ReconciliationInput,
} from '../workflows/contract';

const indexedTypes = {
  KEYWORD: temporal.api.enums.v1.IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
  INT: temporal.api.enums.v1.IndexedValueType.INDEXED_VALUE_TYPE_INT,
} as const;

/** Names and types of Easel's search attributes, as the operator service wants them. */
export const indexedTypeByName: Readonly<Record<string, temporal.api.enums.v1.IndexedValueType>> =
  Object.fromEntries(
    Object.values(searchAttributes).map((key) => [key.name, indexedTypes[key.type]]),
  );

/** Adds the search attributes that are missing; does nothing when all are there. */
export async function registerSearchAttributes(
  connection: Connection,
  namespace: string,
): Promise<void> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  const missing = Object.fromEntries(
    Object.entries(indexedTypeByName).filter(([name]) => !(name in customAttributes)),
  );
  if (Object.keys(missing).length === 0) return;
  await connection.operatorService.addSearchAttributes({ namespace, searchAttributes: missing });
}

/** What runs by itself. The id is the schedule's and the workflow's. */
const schedules = [
  { id: 'housekeeping', type: workflowTypes.housekeeping, every: '5m', args: [] },
  { id: 'audit', type: workflowTypes.audit, every: '10m', args: ['recent' satisfies AuditScope] },
  {
    id: 'audit-full',
    type: workflowTypes.audit,
    every: '24h',
    args: ['full' satisfies AuditScope],
  },
  {
    id: 'reconciliation',
    type: workflowTypes.reconciliation,
    every: '1h',
    args: [{ hours: 2 } satisfies ReconciliationInput],
  },
  {
    id: 'reconciliation-full',
    type: workflowTypes.reconciliation,
    every: '24h',
    args: [{ hours: 24 } satisfies ReconciliationInput],
  },
] as const;

/** Creates the schedules that are missing; an operator may pause or change them in the Web UI. */
export async function createSchedules(client: Client): Promise<void> {
  for (const { id, type, every, args } of schedules) {
    try {
      await client.schedule.create({
        scheduleId: id,
        spec: { intervals: [{ every }] },
        policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1m' },
        action: {
          type: 'startWorkflow',
          workflowType: type,
          workflowId: id,
          taskQueue: taskQueues.core,
          args: [...args],
        },
      });
    } catch (error) {
      if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    }
  }
}
