/** `npm run reset`: forgets everything Easel keeps, after making sure that it isn't running. */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { config as readDotenv } from 'dotenv';
import { lockDataFolder } from './data-folder';
import { readLocalSettings } from './local-settings';
import { stopLeftovers } from './process-records';
import { say } from './progress';
import { StartProblem } from './start-problem';

/** What Easel makes in its folder. Anything else there was put by a person and stays. */
const ownEntries =
  /^(postgres|temporal|sandbox|assets|logs)(\.new)?$|^(processes\.json|admin-api-key|webhook-secret|postgres-password)/;

export async function reset(): Promise<void> {
  const root = join(__dirname, '..', '..');
  readDotenv({ path: join(root, '.env'), quiet: true });
  try {
    const { dataDir } = readLocalSettings(process.env, root);
    if (!existsSync(dataDir)) {
      say(`There is nothing to wipe: ${dataDir} doesn't exist.`);
      return;
    }
    const unlock = lockDataFolder(dataDir);
    await stopLeftovers(dataDir);
    for (const entry of readdirSync(dataDir)) {
      if (ownEntries.test(entry)) rmSync(join(dataDir, entry), { recursive: true, force: true });
    }
    unlock();
    say(`✓ Wiped ${dataDir}. The next "npm start" begins with empty databases.`);
  } catch (error) {
    if (!(error instanceof StartProblem)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
