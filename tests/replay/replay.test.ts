/**
 * Runs today's workflow code over stored histories of every ending. A red test here means that
 * workflows open in production would break on deploy: guard the change with `patched()`.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { DeterminismViolationError } from '@temporalio/workflow';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { workflowBundle } from '../setup/bundle';

Runtime.install({
  logger: new DefaultLogger('ERROR'),
  telemetryOptions: { logging: { filter: 'ERROR' } },
});

const dir = path.join(__dirname, 'histories');
const files = readdirSync(dir, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.json'))
  .sort();

let bundle: { code: string };
beforeAll(async () => {
  bundle = await workflowBundle();
});

const read = (name: string): string => readFileSync(path.join(dir, name), 'utf8');

function replay(json: string): Promise<void> {
  return Worker.runReplayHistory(
    {
      workflowBundle: bundle,
      dataConverter: {
        payloadConverterPath: require.resolve('../../src/workflows/payload-converter'),
      },
    },
    historyFromJSON(JSON.parse(json)),
  );
}

test('there are histories of both workflows', () => {
  expect(files.filter((name) => name.startsWith('generation')).length).toBeGreaterThan(15);
  expect(files.filter((name) => name.startsWith('payment')).length).toBeGreaterThan(10);
});

test.each(files)('%s replays', async (name) => {
  await expect(replay(read(name))).resolves.toBeUndefined();
});

test('a history the code does not agree with is noticed', async () => {
  const name = files.find((file) => read(file).includes('"name": "submit"')) ?? '';
  const foreign = read(name).replaceAll('"name": "submit"', '"name": "somethingElse"');
  await expect(replay(foreign)).rejects.toThrow(DeterminismViolationError);
});
