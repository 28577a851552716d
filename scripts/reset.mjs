/** `npm run reset`: wipes the data folder. */
import { join } from 'node:path';
import { createRequire } from 'node:module';
import { command, prepare, root } from './bootstrap.mjs';

await command(async () => {
  await prepare();
  const { reset } = createRequire(import.meta.url)(join(root, 'dist', 'local', 'reset.js'));
  await reset();
});
