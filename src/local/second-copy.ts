/** `node second-copy.js`: exit code 1, and a line why, while Easel runs from this checkout. */
import { join } from 'node:path';
import { config as readDotenv } from 'dotenv';
import { alreadyRunning, holderOf } from './data-folder';
import { readLocalSettings } from './local-settings';
import { StartProblem } from './start-problem';

function problem(): string | undefined {
  const root = join(__dirname, '..', '..');
  readDotenv({ path: join(root, '.env'), quiet: true });
  try {
    const holder = holderOf(readLocalSettings(process.env, root).dataDir);
    return holder && alreadyRunning(holder);
  } catch (error) {
    if (error instanceof StartProblem) return error.message;
    throw error;
  }
}

const found = problem();
if (found !== undefined) {
  process.stderr.write(`${found}\n`);
  process.exitCode = 1;
}
