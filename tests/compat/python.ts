import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const isWindows = process.platform === 'win32';
const systemPython = isWindows ? 'python' : 'python3';

/** Python 3.10 with what pip inside a fresh environment is made of; says so when it is not here. */
export function hasPython(test: string): boolean {
  const check = 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))';
  if (spawnSync(systemPython, ['-c', check]).status === 0) return true;
  process.stderr.write(`${test}: skipped, python3 (3.10+) with venv and pip is not here\n`);
  return false;
}

function run(program: string, args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${error?.message ?? stderr}`);
}

/**
 * The Python of an environment with the requirements of a folder here. Made once and kept in the
 * cache folder; a stamp tells whether it is whole and current.
 */
export function provideEnvironment(name: string): string {
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  const venv = join(cache, 'easel', `compat-${name}`);
  const python = join(venv, isWindows ? 'Scripts/python.exe' : 'bin/python');
  const requirements = join(__dirname, name, 'requirements.txt');
  const wanted = readFileSync(requirements, 'utf8');
  const stamp = join(venv, 'easel-requirements.txt');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return python;
  rmSync(venv, { recursive: true, force: true });
  mkdirSync(venv, { recursive: true });
  run(systemPython, ['-m', 'venv', venv]);
  run(python, ['-m', 'pip', 'install', '--quiet', '-r', requirements]);
  writeFileSync(stamp, wanted);
  return python;
}
