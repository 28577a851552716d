import { randomBytes } from 'node:crypto';
import {
  accessSync,
  constants,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { identify, isAlive, type ProcessIdentity } from './process-identity';
import { StartProblem } from './start-problem';

const lockName = 'easel.lock';

/** Makes the folder, or says why nothing can be kept in it. */
export function openDataFolder(dataDir: string): void {
  try {
    if (!existsSync(dataDir)) mkdirSync(dataDir, { recursive: true });
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
    const probe = join(dataDir, `.probe-${process.pid}`);
    writeFileSync(probe, '');
    rmSync(probe);
    if (!existsSync(join(dataDir, 'logs'))) mkdirSync(join(dataDir, 'logs'));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    throw new StartProblem(
      `The data folder ${dataDir} can't be written (${code}). Make it writable or set EASEL_DATA_DIR to another folder.`,
    );
  }
}

/** The process that uses this data folder now, if any. */
export function holderOf(dataDir: string): ProcessIdentity | undefined {
  const holder = readIdentity(join(dataDir, lockName));
  return holder !== undefined && isAlive(holder) ? holder : undefined;
}

export function alreadyRunning({ pid }: ProcessIdentity): string {
  return `Easel is already running on this data folder (process ${pid}). Stop it with Ctrl-C or "kill ${pid}", or set EASEL_DATA_DIR.`;
}

/** Two copies on one data folder would fight over its databases, so there is one lock on it. */
export function lockDataFolder(dataDir: string): () => void {
  const path = join(dataDir, lockName);
  const own = identify(process.pid);
  if (own === undefined) throw new StartProblem("This system doesn't tell when a process started.");
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(own));
  try {
    while (!linked(draft, path)) {
      const holder = holderOf(dataDir);
      if (holder !== undefined) {
        throw new StartProblem(alreadyRunning(holder));
      }
      setAsideStaleLock(path);
    }
  } finally {
    rmSync(draft, { force: true });
  }
  return () => {
    if (readIdentity(path)?.startedAt === own.startedAt) rmSync(path, { force: true });
  };
}

/** A secret made once and kept in a file only its owner may read. */
export function keptSecret(dataDir: string, name: string): string {
  const path = join(dataDir, name);
  if (existsSync(path)) {
    const kept = readFileSync(path, 'utf8').trim();
    if (kept !== '') return kept;
  }
  const secret = randomBytes(24).toString('base64url');
  const draft = `${path}.new`;
  writeFileSync(draft, `${secret}\n`, { mode: 0o600 });
  renameSync(draft, path);
  return secret;
}

/** Making a link is the one step that either takes the lock with its contents or does nothing. */
function linked(draft: string, path: string): boolean {
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function setAsideStaleLock(path: string): void {
  const aside = `${path}.stale-${process.pid}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  // Another copy may have taken the lock between the look and the rename: then give it back.
  const holder = readIdentity(aside);
  if (holder !== undefined && isAlive(holder)) linked(aside, path);
  rmSync(aside, { force: true });
}

function readIdentity(path: string): ProcessIdentity | undefined {
  try {
    const value = JSON.parse(readFileSync(path, 'utf8')) as Partial<ProcessIdentity>;
    return typeof value.pid === 'number' && typeof value.startedAt === 'string'
      ? { pid: value.pid, startedAt: value.startedAt }
      : undefined;
  } catch {
    return undefined;
  }
}
