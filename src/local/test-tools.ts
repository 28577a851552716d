import { join } from 'node:path';
import { config as readDotenv } from 'dotenv';
import { findChromium } from './chromium-finder';
import { readLocalSettings } from './local-settings';
import { say } from './progress';
import { StartProblem } from './start-problem';
import { findTemporal } from './temporal-finder';
import { findTestServer } from './test-server-finder';

/** Has everything ready that tests start; returns what jest's environment must say. */
export async function findTestTools(): Promise<Record<string, string> | undefined> {
  const root = join(__dirname, '..', '..');
  readDotenv({ path: join(root, '.env'), quiet: true });
  try {
    const { cacheDir, temporalCliPath } = readLocalSettings(process.env, root);
    const testServer = process.env['EASEL_TEST_SERVER'] ?? (await findTestServer(cacheDir));
    const temporal = await findTemporal({ cacheDir, cliPath: temporalCliPath });
    const chromium = await findChromium(process.env['CHROMIUM_PATH']);
    say(`✓ Time-skipping Temporal server: ${testServer}`);
    say(`✓ Temporal server: ${temporal.origin}`);
    say(`✓ Chromium: ${chromium}`);
    return { EASEL_TEST_SERVER: testServer, CHROMIUM_PATH: chromium };
  } catch (error) {
    if (!(error instanceof StartProblem)) throw error;
    process.stderr.write(`\n${error.message}\n`);
    return undefined;
  }
}
