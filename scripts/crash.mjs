/**
 * `npm run crash [-- --minutes N --seed S]`: kills every process of Easel at random for N minutes (3)
 * and checks that everything ended rightly. The seed repeats the choices, not the exact moments.
 */
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';
import { BootstrapProblem, command, prepare, root } from './bootstrap.mjs';

await command(async () => {
  const settings = readArguments();
  await prepare();
  const jest = createRequire(import.meta.url).resolve('jest/bin/jest');
  const child = spawn(process.execPath, [jest, 'tests/crash/crash.test.ts'], {
    cwd: root,
    env: { ...process.env, ...settings },
    stdio: 'inherit',
  });
  // Ctrl-C reaches jest by itself; this process only waits for it to tidy up.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  process.exitCode = await new Promise((resolve) => {
    child.once('exit', (code) => resolve(code ?? 1));
  });
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
