import type { Client } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time';
import { temporal } from '@temporalio/proto';
import { waitUntil } from '../../src/local/waiting';

const namespace = 'default';
const noticedPatienceMs = 60_000;
/** Long enough for the next worker on a busy machine, whose steps beat at a third of it. */
const heartbeatTimeout = msToTs('5s');
const { PENDING_ACTIVITY_STATE_STARTED: started } = temporal.api.enums.v1.PendingActivityState;

/**
 * Waits until the server has noticed that the worker is dead: the step that ran there fails by its
 * heartbeat timeout and waits for another worker. The timeout is made short, as an operator may make
 * it, because nothing but the wait depends on it.
 */
export async function noticeDeath(client: Client, workflowId: string): Promise<void> {
  const execution = { workflowId };
  const pending = async () => {
    const { raw } = await client.workflow.getHandle(workflowId).describe();
    return raw.pendingActivities ?? [];
  };
  for (const { activityId } of await pending()) {
    await client.workflowService.updateActivityOptions({
      namespace,
      execution,
      id: activityId ?? '',
      activityOptions: { heartbeatTimeout },
      updateMask: { paths: ['heartbeat_timeout'] },
    });
  }
  const isNoticed = async () => (await pending()).every(({ state }) => state !== started);
  if (!(await waitUntil(isNoticed, noticedPatienceMs))) {
    throw new Error('the server did not notice that the worker is dead');
  }
  // The next task of the workflow must not wait for the one who kept it in memory.
  await client.workflowService.resetStickyTaskQueue({ namespace, execution });
}
