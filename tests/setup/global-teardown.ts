import { rmSync } from 'node:fs';
import { keptForTeardown } from './running';

export default async function tearDown(): Promise<void> {
  const running = keptForTeardown();
  if (running === undefined) return;
  await running.postgres.stop();
  rmSync(running.home, { recursive: true, force: true });
}
