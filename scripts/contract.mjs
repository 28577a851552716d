/**
 * `npm run contract`: tries every provider's adapter on its stand-in.
 * `npm run contract -- --live kling`: tries one at the live provider, with the settings of .env or the
 * environment. That costs money: a job or two of each kind by its cheapest model.
 *
 * `npm run contract:payments` and `npm run contract:payments -- --live yookassa` do the same for payment
 * systems. Live, invoices are opened and looked up; nothing is paid.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { command, prepare, root } from './bootstrap.mjs';
import { runJest } from './run-jest.mjs';

await command(async () => {
  const { values, positionals } = parseArgs({
    options: { live: { type: 'string' } },
    allowPositionals: true,
  });
  await prepare();
  const { live } = values;
  const isLive = live !== undefined;
  if (isLive) {
    createRequire(import.meta.url)('dotenv').config({ path: join(root, '.env'), quiet: true });
  }
  const what = positionals[0] === 'payments' ? 'payments' : 'provider';
  // A live provider may take minutes for a film.
  const patience = isLive ? ['--testTimeout=900000'] : [];
  await runJest(
    [`tests/${what}/contract.test.ts`, ...patience],
    isLive ? { EASEL_CONTRACT_LIVE: live } : {},
  );
});
