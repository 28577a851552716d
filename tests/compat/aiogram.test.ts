import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { eventually, openHouse, token, type House } from '../sandbox/telegram-harness';
import { walkEchoBot } from './echo-walk';
import { hasPython, provideEnvironment } from './python';

const isAvailable = hasPython('tests/compat/aiogram');

(isAvailable ? describe : describe.skip)('an aiogram bot', () => {
  let house: House;
  let bot: ChildProcess;
  let output = '';

  beforeAll(async () => {
    const python = provideEnvironment('aiogram');
    house = await openHouse();
    bot = spawn(python, [join(__dirname, 'aiogram', 'echo_bot.py')], {
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
