import { spawnSync } from 'node:child_process';
import { onPath } from './tools';

let setpriv: string | undefined;
let hasLooked = false;

/**
 * Put before a program's command: where the system can do it (most Linux), the program is sent
 * `signal` when the launcher is killed. Elsewhere the next start finds and stops it.
 */
export function followingPrefix(signal: NodeJS.Signals): readonly string[] {
  if (!hasLooked) setpriv = findSetpriv();
  hasLooked = true;
  return setpriv === undefined ? [] : [setpriv, ...followingOption(signal), '--'];
}

export function followingOption(signal: NodeJS.Signals): readonly string[] {
  return ['--pdeathsig', signal.replace('SIG', '')];
}

/** Small systems have a smaller tool of the same name, which doesn't know the option. */
function findSetpriv(): string | undefined {
  const path = process.platform === 'linux' ? onPath('setpriv') : undefined;
  if (path === undefined) return undefined;
  const trial = spawnSync(path, [...followingOption('SIGTERM'), '--', 'true']);
  return trial.status === 0 ? path : undefined;
}
