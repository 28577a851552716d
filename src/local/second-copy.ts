/** `node second-copy.js`: exit code 1, and a line why, while Easel runs from this checkout. */
import { join } from 'node:path';
import { config as readDotenv } from 'dotenv';
import { alreadyRunning, holderOf } from './data-folder';
import { readLocalSettings } from './local-settings';

const root = join(__dirname, '..', '..');
readDotenv({ path: join(root, '.env'), quiet: true });
const holder = holderOf(readLocalSettings(process.env, root).dataDir);
if (holder !== undefined) {
  process.stderr.write(`${alreadyRunning(holder)}\n`);
  process.exitCode = 1;
}
