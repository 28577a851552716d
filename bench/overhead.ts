/** Our own time for one generation at light load: from the start to delivered, provider at once. */
import { workflowIds } from '../src/workflows/contract';
import { percentile, round, type Figures } from './measure';
import { makePeople, placeOrder } from './people';
import { withStage } from './stage';

const samples = 120;
const warmUp = 15;

export function overhead(): Promise<Figures> {
  return withStage(async (stage) => {
    const [person] = await makePeople(stage.parts, 1);
    if (person === undefined) throw new Error('Nobody there');
    const times: number[] = [];
    for (let i = 0; i < samples + warmUp; i += 1) {
      const input = await placeOrder(stage.parts, person);
      const started = performance.now();
      await stage.parts.engine.startGeneration(input);
      await stage.parts.client.workflow
        .getHandle(workflowIds.generation(input.generationId))
        .result();
      if (i >= warmUp) times.push(performance.now() - started);
    }
    return {
      overhead_p50: { value: round(percentile(times, 0.5)), unit: 'ms', target: '< 250' },
      overhead_p99: { value: round(percentile(times, 0.99)), unit: 'ms' },
    };
  });
}
