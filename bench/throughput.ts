/**
 * Whole generations a second against empty workflows a second, in turn on the same server, and
 * against workflows with a generation's steps and no work in them: what is Temporal's, what is ours.
 */
import { workflowIds } from '../src/workflows/contract';
import { inFlight, median, round, type Figures } from './measure';
import { makePeople, placeOrder } from './people';
import { width, withReference, type Reference } from './reference';
import { withStage, type Stage } from './stage';

const rounds = 4;
const perRound = 80;
/** As many steps on a queue as a polled generation has: submit, collect, deliver. */
const steps = 3;

/** Rates of one round, in workflows a second. */
interface Rates {
  readonly empty: number;
  readonly bare: number;
  readonly polled: number;
  /** The provider's answer to the submit is the result. */
  readonly direct: number;
}

export function throughput(): Promise<Figures> {
  return withStage((stage) => withReference(stage, (reference) => compare(stage, reference)));
}

async function compare(stage: Stage, reference: Reference): Promise<Figures> {
  await measureRound(stage, reference);
  const measured: Rates[] = [];
  for (let i = 0; i < rounds; i += 1) measured.push(await measureRound(stage, reference));
  return figures(measured);
}

async function measureRound(stage: Stage, reference: Reference): Promise<Rates> {
  const empty = await reference.empty(2 * perRound);
  stage.provider.answersWithResult = false;
  const polled = await generationsPerSecond(stage);
  const bare = await reference.bare(perRound, steps);
  stage.provider.answersWithResult = true;
  const direct = await generationsPerSecond(stage);
  return { empty, bare, polled, direct };
}

function figures(measured: readonly Rates[]): Figures {
  const rate = (of: keyof Rates) => round(median(measured.map((rates) => rates[of])));
  // Within one round, so that what else the machine did meets both sides.
  const ratio = (of: keyof Rates, to: keyof Rates) =>
    round(median(measured.map((rates) => rates[of] / rates[to])), 2);
  return {
    generations_per_second: { value: rate('polled'), unit: 'generations/s' },
    generations_with_result_in_submit_per_second: { value: rate('direct'), unit: 'generations/s' },
    bare_workflows_per_second: { value: rate('bare'), unit: 'workflows/s' },
    empty_workflows_per_second: { value: rate('empty'), unit: 'workflows/s' },
    throughput_ratio: { value: ratio('polled', 'empty'), unit: 'ratio', target: '>= 0.6' },
    throughput_ratio_result_in_submit: { value: ratio('direct', 'empty'), unit: 'ratio' },
    throughput_ratio_of_bare: { value: ratio('bare', 'empty'), unit: 'ratio' },
    throughput_ratio_to_bare: { value: ratio('polled', 'bare'), unit: 'ratio' },
  };
}

async function generationsPerSecond({ parts }: Stage): Promise<number> {
  const people = await makePeople(parts, 50);
  const orders = await Promise.all(
    Array.from({ length: perRound }, (_, i) => {
      const person = people[i % people.length];
      if (person === undefined) throw new Error('Nobody there');
      return placeOrder(parts, person);
    }),
  );
  const started = performance.now();
  await inFlight(orders, width, async (input) => {
    await parts.engine.startGeneration(input);
    await parts.client.workflow.getHandle(workflowIds.generation(input.generationId)).result();
  });
  return orders.length / ((performance.now() - started) / 1000);
}
