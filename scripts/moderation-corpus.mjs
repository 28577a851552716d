/** `npm run moderation:corpus`: precision and recall of the text rules on the labelled corpus. */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { command, prepareSources, root } from './bootstrap.mjs';

await command(async () => {
  await prepareSources();
  const tsx = createRequire(import.meta.url).resolve('tsx/cli');
  const report = join(root, 'tests/moderation/report.ts');
  const { status } = spawnSync(process.execPath, [tsx, report], { cwd: root, stdio: 'inherit' });
  process.exitCode = status ?? 1;
});
