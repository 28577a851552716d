/** Whole generations a second against empty workflows a second, in turn on the same server. */
import { randomUUID } from 'node:crypto';
import { bundleWorkflowCode, Worker } from '@temporalio/worker';
import { workflowIds } from '../src/workflows/contract';
import { inFlight, round, type Figures } from './measure';
import { makePeople, placeOrder } from './people';
import { withStage, type Stage } from './stage';

const width = 32;
const rounds = 4;
const generationsPerRound = 80;
const emptyPerRound = 160;
const emptyQueue = 'bench-empty';

export function throughput(): Promise<Figures> {
  return withStage(compare);
}

async function compare(stage: Stage): Promise<Figures> {
  const reference = await Worker.create({
    connection: stage.connection,
    taskQueue: emptyQueue,
    workflowBundle: await bundleWorkflowCode({
      workflowsPath: require.resolve('./empty-workflow'),
    }),
    workflowTaskPollerBehavior: { type: 'autoscaling', initial: 5, maximum: 20 },
  });
  const running = reference.run();
  try {
    const people = await makePeople(stage.parts, 50);
    const order = () => placeOrder(stage.parts, pick(people));
    await generationsPerSecond(stage, await Promise.all(Array.from({ length: 16 }, order)));
    const ratios: number[] = [];
    const rates: number[] = [];
    const empties: number[] = [];
    for (let i = 0; i < rounds; i += 1) {
      const orders = await Promise.all(Array.from({ length: generationsPerRound }, order));
      const empty = await emptyPerSecond(stage);
      const whole = await generationsPerSecond(stage, orders);
      empties.push(empty);
      rates.push(whole);
      ratios.push(whole / empty);
    }
    return {
      generations_per_second: { value: round(median(rates)), unit: 'generations/s' },
      empty_workflows_per_second: { value: round(median(empties)), unit: 'workflows/s' },
      throughput_ratio: { value: round(median(ratios), 2), unit: 'ratio', target: '>= 0.6' },
    };
  } finally {
    reference.shutdown();
    await running;
  }
}

async function generationsPerSecond(
  { parts }: Stage,
  orders: readonly Awaited<ReturnType<typeof placeOrder>>[],
): Promise<number> {
  const started = performance.now();
  await inFlight(orders, width, async (input) => {
    await parts.engine.startGeneration(input);
    await parts.client.workflow.getHandle(workflowIds.generation(input.generationId)).result();
  });
  return orders.length / ((performance.now() - started) / 1000);
}

async function emptyPerSecond({ parts }: Stage): Promise<number> {
  const ids = Array.from({ length: emptyPerRound }, () => `empty-${randomUUID()}`);
  const started = performance.now();
  await inFlight(ids, width, (workflowId) =>
    parts.client.workflow.execute('empty', { workflowId, taskQueue: emptyQueue }),
  );
  return ids.length / ((performance.now() - started) / 1000);
}

function pick<T>(items: readonly T[]): T {
  const item = items[Math.floor(Math.random() * items.length)];
  if (item === undefined) throw new Error('Nobody to pick');
  return item;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
