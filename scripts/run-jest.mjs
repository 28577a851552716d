import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { root } from './bootstrap.mjs';

/** Runs the tests with these arguments and ends as they do; `env` is added to the environment. */
export async function runJest(args, env = {}) {
  const jest = createRequire(import.meta.url).resolve('jest/bin/jest');
  const child = spawn(process.execPath, [jest, ...args], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: 'inherit',
  });
  // Ctrl-C reaches jest by itself; this process only waits for it to tidy up.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  process.exitCode = await new Promise((resolve) => {
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
