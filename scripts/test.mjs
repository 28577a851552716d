/** `npm test [-- JEST ARGUMENTS]`: gets what the tests need, then runs them. */
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { command, compiled, prepare, root } from './bootstrap.mjs';

await command(async () => {
  await prepare();
  const tools = await compiled('local/test-tools.js').findTestTools();
  if (tools === undefined) {
    process.exitCode = 1;
    return;
  }
  const jest = createRequire(import.meta.url).resolve('jest/bin/jest');
  const child = spawn(process.execPath, [jest, ...process.argv.slice(2)], {
    cwd: root,
    env: { ...process.env, ...tools },
    stdio: 'inherit',
  });
  // Ctrl-C reaches jest by itself; this process only waits for it to tidy up.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  process.exitCode = await new Promise((resolve) => {
    child.once('exit', (code) => resolve(code ?? 1));
  });
});
