import { chownSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { followingOption } from './following';
import { StartProblem } from './start-problem';
import { onPath } from './tools';

/** How Postgres programs are run, given who we are. */
export interface PostgresAccount {
  readonly user: { readonly uid: number; readonly gid: number } | undefined;
  /** Put before the program and its arguments. */
  readonly prefix: readonly string[];
  /** Gives a file or folder of ours to Postgres. */
  own(path: string): void;
}

const otherMayEnter = 0o001;

/**
 * Postgres refuses to be root. Under root (containers, mostly) it runs as `postgres` or `nobody`;
 * no account is made on somebody's machine for this.
 */
export function postgresAccount(paths: readonly string[]): PostgresAccount {
  if (process.getuid?.() !== 0) {
    return { user: undefined, prefix: [], own: () => undefined };
  }
  const user = accountOf('postgres') ?? accountOf('nobody');
  if (user === undefined) {
    throw new StartProblem(
      'Postgres refuses to run as root and there is no account "postgres" or "nobody". Start Easel as another user, or set DATABASE_URL.',
    );
  }
  const own = (path: string): void => {
    chownSync(path, user.uid, user.gid);
  };
  if (paths.every(everybodyMayReach)) return { user, prefix: [], own };
  return { user: undefined, prefix: reachingPrefix(user, paths), own };
}

/**
 * A checkout inside root's home is closed to other accounts. Postgres then keeps one right of root:
 * to pass such folders. It still isn't root.
 */
function reachingPrefix(
  user: { readonly uid: number; readonly gid: number },
  paths: readonly string[],
): readonly string[] {
  const setpriv = onPath('setpriv');
  if (setpriv === undefined) {
    throw new StartProblem(
      `Postgres refuses to run as root, and another account can't reach ${paths.find((path) => !everybodyMayReach(path))}. Put the checkout outside root's home, or start Easel as another user.`,
    );
  }
  const identity = [`--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups'];
  const rights = ['--inh-caps=+dac_override', '--ambient-caps=+dac_override'];
  // Said again here, because a change of account makes the system forget it.
  return [setpriv, ...identity, ...rights, ...followingOption('SIGINT'), '--'];
}

function everybodyMayReach(path: string): boolean {
  for (let folder = path; ; folder = dirname(folder)) {
    const found = statSync(folder, { throwIfNoEntry: false });
    if (found?.isDirectory() === true && (found.mode & otherMayEnter) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}

function accountOf(name: string): { uid: number; gid: number } | undefined {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith(`${name}:`));
  const [, , uid, gid] = (line ?? '').split(':').map(Number);
  return uid === undefined || gid === undefined ? undefined : { uid, gid };
}
