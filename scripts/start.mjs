/** `npm start`: from a fresh clone, or a used one, to a working chat. */
import { performance } from 'node:perf_hooks';
import { command, compiled, prepare } from './bootstrap.mjs';

const startedAt = performance.now();

await command(async () => {
  await prepare();
  await compiled('local/launch.js').launch(startedAt);
});
