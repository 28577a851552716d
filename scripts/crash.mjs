/**
 * `npm run crash [-- --minutes N --seed S]`: kills every process of Easel at random for N minutes (3)
 * and checks that everything ended rightly. The seed repeats the choices, not the exact moments.
 */
import { parseArgs } from 'node:util';
import { BootstrapProblem, command, prepare } from './bootstrap.mjs';
import { runJest } from './run-jest.mjs';

await command(async () => {
  const settings = readArguments();
  await prepare();
  await runJest(['tests/crash/crash.test.ts'], settings);
});

function readArguments() {
  const { values } = parseArgs({
    options: { minutes: { type: 'string', default: '3' }, seed: { type: 'string' } },
  });
  if (!(Number(values.minutes) > 0) || !/^\d{1,9}$/.test(values.seed ?? '0')) {
    throw new BootstrapProblem('Use: npm run crash -- --minutes 3 --seed 42');
  }
  return {
    EASEL_CRASH_MINUTES: values.minutes,
    ...(values.seed !== undefined && { EASEL_CRASH_SEED: values.seed }),
  };
}
