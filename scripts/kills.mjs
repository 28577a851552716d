/**
 * `npm run kills [-- --family kling --moment store]`: kills a worker with kill -9 while it submits,
 * polls, stores and delivers, for every family of providers, and checks that nothing was paid for
 * twice and that the tokens are right.
 */
import { parseArgs } from 'node:util';
import { BootstrapProblem, command, prepare } from './bootstrap.mjs';
import { runJest } from './run-jest.mjs';

const moments = ['submit', 'poll', 'store', 'deliver'];

await command(async () => {
  const settings = readArguments();
  await prepare();
  await runJest(['tests/kills/kills.test.ts'], settings);
});

function readArguments() {
  const { values } = parseArgs({
    options: { family: { type: 'string' }, moment: { type: 'string' } },
  });
  const { family, moment } = values;
  if (moment !== undefined && !moments.includes(moment)) {
    throw new BootstrapProblem(`--moment is one of ${moments.join(', ')}`);
  }
  return {
    EASEL_KILLS: 'all',
    ...(family !== undefined && { EASEL_KILLS_FAMILY: family }),
    ...(moment !== undefined && { EASEL_KILLS_MOMENT: moment }),
  };
}
