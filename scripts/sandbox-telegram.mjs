/** `npm run sandbox:telegram -- --port N [--data DIR] [--host H]`: the sandbox Telegram alone. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { command, prepare, root } from './bootstrap.mjs';

await command(async () => {
  await prepare();
  const file = join(root, 'dist', 'sandbox', 'telegram', 'standalone.js');
  await createRequire(import.meta.url)(file).runSandboxTelegram(process.argv.slice(2));
});
