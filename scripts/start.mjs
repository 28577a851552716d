/** `npm start`: from a fresh clone, or a used one, to a working chat. */
import { join } from 'node:path';
import { createRequire } from 'node:module';
import { command, prepare, root } from './bootstrap.mjs';

const startedAt = performance.now();

await command(async () => {
  await prepare();
  const { launch } = createRequire(import.meta.url)(join(root, 'dist', 'local', 'launch.js'));
  await launch(startedAt);
});
