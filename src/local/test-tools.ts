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
  // Read apart: a person's bot token and addresses must not reach the tests.
  const fromFile: Record<string, string> = {};
  readDotenv({ path: join(root, '.env'), quiet: true, processEnv: fromFile });
  const env = { ...fromFile, ...process.env };
  try {
    const { cacheDir, temporalCliPath } = readLocalSettings(env, root);
    const testServer = env['EASEL_TEST_SERVER'] ?? (await findTestServer(cacheDir));
    const temporal = await findTemporal({ cacheDir, cliPath: temporalCliPath });
    const chromium = await findChromium(env['CHROMIUM_PATH']);
    say(`✓ Time-skipping Temporal server: ${testServer}`);
    say(`✓ Temporal server: ${temporal.origin}`);
    say(`✓ Chromium: ${chromium}`);
    return {
      EASEL_TEST_SERVER: testServer,
      CHROMIUM_PATH: chromium,
      EASEL_CACHE_DIR: cacheDir,
      ...(temporalCliPath !== undefined && { TEMPORAL_CLI_PATH: temporalCliPath }),
    };
  } catch (error) {
    if (!(error instanceof StartProblem)) throw error;
    process.stderr.write(`\n${error.message}\n`);
    return undefined;
  }
}
