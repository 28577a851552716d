/**
 * `npm run contract`: tries every provider's adapter on its stand-in.
 * `npm run contract -- --live kling`: tries one at the live provider, with the settings of .env or the
 * environment. That costs money: a job or two of each kind by its cheapest model.
 *
 * `npm run contract:payments` and `npm run contract:payments -- --live yookassa` do the same for payment
 * systems. Live, invoices are opened and looked up; nothing is paid.
 */
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { command, prepare, root } from './bootstrap.mjs';

await command(async () => {
  const { values, positionals } = parseArgs({
    options: { live: { type: 'string' } },
    allowPositionals: true,
  });
  await prepare();
  const require = createRequire(import.meta.url);
  if (values.live !== undefined) {
    require('dotenv').config({ path: join(root, '.env'), quiet: true });
  }
  const jest = require.resolve('jest/bin/jest');
  const what = positionals[0] === 'payments' ? 'payments' : 'provider';
  const args = [jest, `tests/${what}/contract.test.ts`];
  // A live provider may take minutes for a film.
  if (values.live !== undefined) args.push('--testTimeout=900000');
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: {
      ...process.env,
      ...(values.live !== undefined && { EASEL_CONTRACT_LIVE: values.live }),
    },
    stdio: 'inherit',
  });
  // Ctrl-C reaches jest by itself; this process only waits for it to tidy up.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  process.exitCode = await new Promise((resolve) => {
    child.once('exit', (code) => resolve(code ?? 1));
  });
});
