/**
 * What the product relies on, tried on every registered adapter with its stand-in; with
 * EASEL_CONTRACT_LIVE=<id> on that one provider itself, with the settings of the environment.
 */
import { settingNames } from '../../src/config/settings';
import { providerDefinitions } from '../../src/providers/registry';
import { describeCallbacks } from './contract-callbacks';
import { describeAsking, describeSubmits } from './contract-failures';
import { makeReady, type FaultyRoom, type Room } from './contract-room';
import { describeWork } from './contract-work';
import { standIns, type StandIn } from './stand-in';

const live = process.env['EASEL_CONTRACT_LIVE'];

function fromEnvironment(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = process.env[name] ?? '';
      return value === '' ? [] : [[name, value]];
    }),
  );
}

const definitions = providerDefinitions.filter(({ id }) => live === undefined || id === live);

test('the provider that was asked for is registered', () => {
  expect(definitions.map(({ id }) => id)).not.toEqual([]);
});

describe.each(definitions)('provider $id', (definition) => {
  const plan = standIns[definition.id];
  if (plan === undefined) throw new Error('add a stand-in to tests/provider/stand-in.ts');
  let env: Readonly<Record<string, string>> = {};
  let standIn: StandIn | undefined;

  const room: Room = {
    definition,
    can: plan.can,
    env: () => env,
    wrongCredentials: plan.wrongCredentials,
    provider: () => makeReady(definition, env),
    connect: (change) => makeReady(definition, { ...env, ...change.env }, change.http),
  };

  const faulty: FaultyRoom = {
    ...room,
    standIn() {
      if (standIn === undefined) throw new Error('the stand-in is not started');
      return standIn;
    },
  };

  beforeAll(async () => {
    if (live === undefined) standIn = await plan.start();
    env = standIn?.env ?? fromEnvironment(settingNames(definition));
  });

  afterAll(async () => {
    await standIn?.close();
  });

  describeWork(room);
  if (live === undefined) {
    describeSubmits(faulty);
    if (plan.can.answersAtOnce !== true) describeAsking(faulty);
    if (definition.callsBack) {
      describe('callbacks', () => {
        describeCallbacks(faulty);
      });
    }
  }
});
