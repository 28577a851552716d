/** `npm start`, after the build: starts everything Easel needs and keeps it running until Ctrl-C. */
import { join } from 'node:path';
import { config as readDotenv } from 'dotenv';
import { startHouse } from './house';
import { readLocalSettings } from './local-settings';
import { say } from './progress';
import { Interrupted, StartProblem } from './start-problem';

/** Why the program ended, as shells understand it. */
const endedBySignal = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

export async function launch(startedAt: number): Promise<void> {
  const root = join(__dirname, '..', '..');
  readDotenv({ path: join(root, '.env'), quiet: true });
  const house = startHouse(() => readLocalSettings(process.env, root), startedAt);
  listenForStop(house.stop);
  try {
    await house.ready;
  } catch (error) {
    if (error instanceof Interrupted) return;
    await house.stop();
    if (!(error instanceof StartProblem)) throw error;
    process.stderr.write(`\n${error.message}\n`);
    process.exit(1);
  }
}

function listenForStop(stop: (options?: { force: boolean }) => Promise<void>): void {
  let asked = false;
  for (const signal of Object.keys(endedBySignal) as (keyof typeof endedBySignal)[]) {
    process.on(signal, () => {
      const force = asked;
      asked = true;
      say(force ? '\nStopping at once.' : '\nStopping… (Ctrl-C again: at once)');
      void stop({ force }).then(() => {
        say('✓ Everything is stopped. Your data is kept; "npm start" goes on from here.');
        process.exit(endedBySignal[signal]);
      });
    });
  }
}
