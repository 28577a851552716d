/**
 * `npm run check`: everything a machine can say of the sources without running them. All checks run,
 * two at a time; the output of those that fail follows.
 */
import { spawn } from 'node:child_process';
import { command, prepareSources, root } from './bootstrap.mjs';

// The longest first, so that the others fit beside it.
const checks = [
  'lint',
  'types',
  'check:chat',
  'check:top-up',
  'format:check',
  'boundaries',
  'knip',
];

await command(async () => {
  await prepareSources();
  const waiting = [...checks];
  const failed = [];
  const work = async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      const { isGood, output, seconds } = await run(name);
      process.stdout.write(`${isGood ? '✓' : '✗'} ${name} (${seconds} s)\n`);
      if (!isGood) failed.push({ name, output });
    }
  };
  await Promise.all([work(), work()]);
  for (const { name, output } of failed) process.stdout.write(`\n── ${name} ──\n${output}\n`);
  if (failed.length > 0) process.exitCode = 1;
});

async function run(name) {
  const startedAt = performance.now();
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const child = spawn(npm, ['run', '--silent', name], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => (output += text));
  }
  const code = await new Promise((resolve) => {
    child.once('error', () => resolve(1));
    child.once('close', resolve);
  });
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  return { isGood: code === 0, output: output.trim(), seconds };
}
