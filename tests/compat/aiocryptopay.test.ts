import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cryptobotStandIn } from '../../src/sandbox/payments/cryptobot';
import { startStandIn, type StandIn } from '../../src/sandbox/payments/frame/server';
import { hasPython, provideEnvironment } from './python';

const isAvailable = hasPython('tests/compat/aiocryptopay');

(isAvailable ? describe : describe.skip)('aiocryptopay, a client of Crypto Pay for Python', () => {
  let python: string;
  let dataDir: string;
  let standIn: StandIn;

  beforeAll(async () => {
    python = provideEnvironment('aiocryptopay');
    dataDir = mkdtempSync(join(tmpdir(), 'easel-aiocryptopay-'));
    standIn = await startStandIn(cryptobotStandIn, { port: 0, dataDir });
  }, 300_000);

  afterAll(async () => {
    await standIn.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  test('sells, hears of it, sends back, lists and deletes', async () => {
    const { CRYPTOBOT_TOKEN } = cryptobotStandIn.keys;
    const walk = spawn(python, [join(__dirname, 'aiocryptopay', 'walk.py')], {
      env: { ...process.env, STAND_IN: standIn.url, CRYPTOBOT_TOKEN },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let errors = '';
    walk.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString('utf8')));
    const code = await new Promise<number | null>((resolve) => walk.once('close', resolve));
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
  }, 120_000);
});
