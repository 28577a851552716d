/**
 * `npm run sim [-- --seed N --seeds COUNT]`: the money simulation. People buy, get refunds and bonuses
 * while calls fail, webhooks come twice or never and workers die; the books must agree at the end.
 */
import { parseArgs } from 'node:util';
import { BootstrapProblem, command, compiled, prepare } from './bootstrap.mjs';
import { runJest } from './run-jest.mjs';

await command(async () => {
  const settings = readArguments();
  await prepare();
  const tools = await compiled('local/test-tools.js').findTestTools();
  if (tools === undefined) {
    process.exitCode = 1;
    return;
  }
  await runJest(['tests/sim/sim.test.ts'], { ...tools, ...settings });
});

function readArguments() {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: '1' },
      seeds: { type: 'string', default: '1' },
    },
  });
  if (!/^\d{1,9}$/.test(values.seed) || !/^[1-9]\d{0,5}$/.test(values.seeds)) {
    throw new BootstrapProblem('Use: npm run sim -- --seed 42 --seeds 20');
  }
  return { EASEL_SIM_SEED: values.seed, EASEL_SIM_SEEDS: values.seeds };
}
