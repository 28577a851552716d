/** `npm run bench [-- NAME] [--json FILE]` */
import { spawn } from 'node:child_process';
import { command, prepare, root } from './bootstrap.mjs';

await command(async () => {
  await prepare();
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', 'bench/main.ts', ...process.argv.slice(2)],
    { cwd: root, stdio: 'inherit' },
  );
  process.exitCode = await new Promise((resolve) => {
    child.once('exit', (code) => resolve(code ?? 1));
  });
});
