/** `npm run env:example`: writes .env.example from the settings' schema. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { command, compiled, prepare, root } from './bootstrap.mjs';

await command(async () => {
  await prepare();
  writeFileSync(join(root, '.env.example'), compiled('config/env-example.js').envExample());
});
