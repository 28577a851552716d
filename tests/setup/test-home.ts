import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { identify, isAlive, type ProcessIdentity } from '../../src/local/process-identity';
import { stopLeftovers } from '../../src/local/process-records';

/** Every run of jest has a folder here; it is named in this file and removed at its end. */
const allHomes = join(tmpdir(), `easel-tests-${userInfo().uid}`);

export function makeTestHome(): string {
  mkdirSync(allHomes, { recursive: true, mode: 0o755 });
  const home = mkdtempSync(join(allHomes, 'run-'));
  writeFileSync(join(home, 'owner.json'), JSON.stringify(identify(process.pid)));
  return home;
}

/** A run that was killed can't tidy up after itself; the next one does. */
export async function sweepOldHomes(): Promise<void> {
  mkdirSync(allHomes, { recursive: true, mode: 0o755 });
  for (const name of readdirSync(allHomes)) {
    const home = join(allHomes, name);
    if (ownerIsAlive(home)) continue;
    await stopLeftovers(home);
    const inside = readdirSync(home, { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    );
    for (const { name: inner } of inside) await stopLeftovers(join(home, inner));
    rmSync(home, { recursive: true, force: true });
  }
}

function ownerIsAlive(home: string): boolean {
  try {
    const owner = JSON.parse(readFileSync(join(home, 'owner.json'), 'utf8')) as ProcessIdentity;
    return isAlive(owner);
  } catch {
    return false;
  }
}
