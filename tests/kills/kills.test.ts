import { say } from '../../src/local/progress';
import { providerDefinitions } from '../../src/providers/registry';
import { workflowIds } from '../../src/workflows/contract';
import { standIns } from '../provider/stand-in';
import { chosenCases, commandOf, isByCommand, type Case, type Moment } from './cases';
import { noticeDeath } from './death';
import { powersOf, readFacts } from './facts';
import { judge, type Facts } from './judge';
import { reach, type Scene } from './moments';
import { begin, placeOrder, type Ordered } from './order';
import { table, type Killed } from './report';
import { foundTown, type Family, type Town } from './town';

const cases = chosenCases(process.env).map((each) => ({ ...each, again: commandOf(each) }));

const killed: Killed[] = [];
let town: Town;
let family: Family | undefined;

beforeAll(async () => {
  town = await foundTown();
}, 120_000);

afterAll(async () => {
  if (isByCommand(process.env)) say(`\n${table(killed)}\n`);
  await town.stop();
}, 60_000);

test('there is something to kill', () => {
  expect(cases.length).toBeGreaterThan(0);
});

test.each(cases)(
  '$family: killed at $moment, it is paid for once and ends rightly ($again)',
  async (which) => {
    const facts = await killAt(which);
    killed.push({ which, facts });
    expect(judge(facts)).toEqual([]);
  },
  240_000,
);

async function killAt({ family: id, moment }: Case): Promise<Facts> {
  const definition = providerDefinitions.find((each) => each.id === id);
  const plan = standIns[id];
  if (definition === undefined || plan === undefined) throw new Error(`there is no ${id}`);
  if (family?.id !== id) family = await town.openFamily(id);
  const powers = powersOf(definition, plan.can);
  await family.startWorker();
  // A place of the case before stays taken for a while where its job cannot be stopped.
  await town.world.db.providerLease.deleteMany();

  const ordered = await placeOrder(town, id);
  const { answersAtOnce } = powers;
  try {
    await killOnce({ town, family, ordered, answersAtOnce }, moment);
  } catch (error) {
    // What is left of it must not disturb the next one.
    await family.killWorker();
    // It may not even have begun; what was wrong is thrown below.
    await workflowOf(ordered)
      .terminate('the moment did not come')
      .catch(() => undefined);
    throw error;
  }
  return readFacts(town, { family, ordered, moment, powers });
}

/** From the order to the end, with a kill in between. */
async function killOnce(scene: Scene, moment: Moment): Promise<void> {
  const { family: provider, ordered } = scene;
  const reached = reach(moment, scene);
  await begin(town, ordered);
  const ended = workflowOf(ordered).result();
  const goOn = await Promise.race([
    reached,
    ended.then((result) => {
      throw new Error(`it ended before the moment came: ${JSON.stringify(result)}`);
    }),
  ]);
  await provider.killWorker();
  await goOn();
  await noticeDeath(town.client, workflowIds.generation(ordered.generation.id));
  await provider.startWorker();
  await ended;
}

function workflowOf({ generation }: Ordered) {
  return town.client.workflow.getHandle(workflowIds.generation(generation.id));
}
