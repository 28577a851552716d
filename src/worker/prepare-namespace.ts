/** Makes a Temporal namespace ready for Easel: its search attributes and its housekeeping schedule. */
import {
  ScheduleAlreadyRunning,
  ScheduleOverlapPolicy,
  type Client,
  type Connection,
} from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { searchAttributes, taskQueues, workflowTypes } from '../workflows/contract';

const indexedTypes = {
  KEYWORD: temporal.api.enums.v1.IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
  INT: temporal.api.enums.v1.IndexedValueType.INDEXED_VALUE_TYPE_INT,
} as const;

/** Adds the search attributes that are missing; does nothing when all are there. */
export async function registerSearchAttributes(
  connection: Connection,
  namespace: string,
): Promise<void> {
  const wanted: Record<string, temporal.api.enums.v1.IndexedValueType> = {};
  for (const key of Object.values(searchAttributes)) wanted[key.name] = indexedTypes[key.type];
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  const missing = Object.fromEntries(
    Object.entries(wanted).filter(([name]) => !(name in customAttributes)),
  );
  if (Object.keys(missing).length === 0) return;
  await connection.operatorService.addSearchAttributes({ namespace, searchAttributes: missing });
}

/** Creates the housekeeping schedule once; an operator may pause or change it in the Web UI. */
export async function scheduleHousekeeping(client: Client): Promise<void> {
  try {
    await client.schedule.create({
      scheduleId: 'housekeeping',
      spec: { intervals: [{ every: '5m' }] },
      policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1m' },
      action: {
        type: 'startWorkflow',
        workflowType: workflowTypes.housekeeping,
        workflowId: 'housekeeping',
        taskQueue: taskQueues.core,
      },
    });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
  }
}
