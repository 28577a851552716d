/** Our own time for one generation at light load: from the start to delivered, provider at once. */
import { workflowIds } from '../src/workflows/contract';
import type { Person } from '../src/storage/person-store';
import { percentile, round, type Figures } from './measure';
import { makePeople, placeOrder } from './people';
import { withStage, type Stage } from './stage';

const samples = 120;
const warmUp = 15;

export function overhead(): Promise<Figures> {
  return withStage(async (stage) => {
    const [person] = await makePeople(stage.parts, 1);
    if (person === undefined) throw new Error('Nobody there');
    const polled = await times(stage, person);
    stage.provider.answersWithResult = true;
    const direct = await times(stage, person);
    return {
      overhead_p50: { value: round(percentile(polled, 0.5)), unit: 'ms', target: '< 250' },
      overhead_p99: { value: round(percentile(polled, 0.99)), unit: 'ms' },
      overhead_result_with_submit_p50: { value: round(percentile(direct, 0.5)), unit: 'ms' },
      overhead_result_with_submit_p99: { value: round(percentile(direct, 0.99)), unit: 'ms' },
    };
  });
}

async function times({ parts }: Stage, person: Person): Promise<number[]> {
  const taken: number[] = [];
  for (let i = 0; i < samples + warmUp; i += 1) {
    const input = await placeOrder(parts, person);
    const started = performance.now();
    await parts.engine.startGeneration(input);
    await parts.client.workflow.getHandle(workflowIds.generation(input.generationId)).result();
    if (i >= warmUp) taken.push(performance.now() - started);
  }
  return taken;
}
