import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { eventually, openHouse, token, type House } from '../sandbox/telegram-harness';
import { walkEchoBot } from './echo-walk';

const folder = join(__dirname, 'aiogram');
const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
const venv = join(cache, 'easel', 'compat-venv');
const isWindows = process.platform === 'win32';
const systemPython = isWindows ? 'python' : 'python3';
const venvPython = join(venv, isWindows ? 'Scripts/python.exe' : 'bin/python');

/** aiogram needs Python 3.10; `ensurepip` is what makes pip inside a fresh environment. */
function hasPython(): boolean {
  const check = 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))';
  return spawnSync(systemPython, ['-c', check]).status === 0;
}

function run(program: string, args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${error?.message ?? stderr}`);
}

/** Made once and kept in the cache folder; a stamp tells whether it is whole and current. */
function provideEnvironment(): void {
  const requirements = join(folder, 'requirements.txt');
  const wanted = readFileSync(requirements, 'utf8');
  const stamp = join(venv, 'easel-requirements.txt');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  rmSync(venv, { recursive: true, force: true });
  mkdirSync(venv, { recursive: true });
  run(systemPython, ['-m', 'venv', venv]);
  run(venvPython, ['-m', 'pip', 'install', '--quiet', '-r', requirements]);
  writeFileSync(stamp, wanted);
}

const isAvailable = hasPython();
if (!isAvailable) {
  process.stderr.write(
    'tests/compat/aiogram: skipped, python3 (3.10+) with venv and pip is not here\n',
  );
}

(isAvailable ? describe : describe.skip)('an aiogram bot', () => {
  let house: House;
  let bot: ChildProcess;
  let output = '';

  beforeAll(async () => {
    provideEnvironment();
    house = await openHouse();
    bot = spawn(venvPython, [join(folder, 'echo_bot.py')], {
      env: { ...process.env, API_ROOT: house.url, BOT_TOKEN: token },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [bot.stdout, bot.stderr]) {
      stream?.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
    }
    // Python takes its time to load; the first call of the bot itself says that it is there.
    await eventually(async () => {
      const { calls } = await house.people<{ calls: unknown[] }>('GET', '/calls?method=getMe');
      return calls.length > 1 ? true : undefined;
    }, 60_000);
  }, 300_000);

  afterAll(async () => {
    const ended = new Promise((resolve) => bot.once('exit', resolve));
    bot.kill('SIGKILL');
    await ended;
    await house.close();
  });

  test('echoes texts and photos, edits, sells and refunds', async () => {
    const walked = await walkEchoBot(house).then(
      () => 'to the end',
      (error: unknown) => `not to the end: ${String(error)}\n${output}`,
    );
    expect(walked).toBe('to the end');
  }, 60_000);
});
