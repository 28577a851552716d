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
