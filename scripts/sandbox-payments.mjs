/**
 * `npm run sandbox:payments -- [--only yookassa,stripe] [--port N] [--data DIR] [--host H]
 * [--webhooks URL]`: what plays the payment systems, alone. With `--webhooks http://127.0.0.1:3000/hooks`
 * YooKassa's go to `/hooks/yookassa`, and so on.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { command, prepare, root } from './bootstrap.mjs';

await command(async () => {
  await prepare();
  const file = join(root, 'dist', 'sandbox', 'payments', 'standalone.js');
  await createRequire(import.meta.url)(file).runSandboxPayments(process.argv.slice(2));
});
