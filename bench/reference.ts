/** The workflows others are compared with, on the stage's server and in the same run. */
import { randomUUID } from 'node:crypto';
import { bundleWorkflowCode, DefaultLogger, Worker } from '@temporalio/worker';
import { inFlight } from './measure';
import type { Stage } from './stage';

const taskQueue = 'bench-reference';

/** How many workflows are under way at once, of either kind. */
export const width = 32;

export interface Reference {
  /** Workflows a second that do nothing. */
  empty(count: number): Promise<number>;
  /** The same with one local step, `remoteSteps` on a queue and a change of status, without work. */
  bare(count: number, remoteSteps: number): Promise<number>;
}

export async function withReference<T>(
  stage: Stage,
  work: (reference: Reference) => Promise<T>,
): Promise<T> {
  const nothing = () => Promise.resolve();
  const worker = await Worker.create({
    connection: stage.connection,
    taskQueue,
    workflowBundle: await bundleWorkflowCode({
      logger: new DefaultLogger('WARN'),
      workflowsPath: require.resolve('./reference-workflows'),
    }),
    activities: { local: nothing, remote: nothing },
    workflowTaskPollerBehavior: { type: 'autoscaling', initial: 5, maximum: 20 },
  });
  const running = worker.run();
  try {
    return await work({
      empty: (count) => perSecond(stage, { name: 'empty', count, args: [] }),
      bare: (count, remoteSteps) => perSecond(stage, { name: 'bare', count, args: [remoteSteps] }),
    });
  } finally {
    worker.shutdown();
    await running;
  }
}

async function perSecond(
  { parts }: Stage,
  { name, count, args }: { name: string; count: number; args: number[] },
): Promise<number> {
  const ids = Array.from({ length: count }, () => `${name}-${randomUUID()}`);
  const started = performance.now();
  await inFlight(ids, width, (workflowId) =>
    parts.client.workflow.execute(name, { workflowId, taskQueue, args }),
  );
  return ids.length / ((performance.now() - started) / 1000);
}
