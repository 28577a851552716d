import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startStandIn, type StandIn } from '../../src/sandbox/payments/frame/server';
import { yookassaStandIn } from '../../src/sandbox/payments/yookassa';
import { startCallbackReceiver, until, type CallbackReceiver } from '../provider/stand-in';
import { hasPython, provideEnvironment } from './python';

const isAvailable = hasPython('tests/compat/yookassa');
const webhooks = 6;

(isAvailable ? describe : describe.skip)("YooKassa's own SDK for Python", () => {
  let python: string;
  let dataDir: string;
  let hooks: CallbackReceiver;
  let standIn: StandIn;

  beforeAll(async () => {
    python = provideEnvironment('yookassa');
    dataDir = mkdtempSync(join(tmpdir(), 'easel-yookassa-'));
    hooks = await startCallbackReceiver();
    standIn = await startStandIn(yookassaStandIn, { port: 0, dataDir, webhookUrl: hooks.url });
  }, 300_000);

  afterAll(async () => {
    await standIn.close();
    await hooks.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  test('pays, captures, cancels, refunds, lists and reads webhooks', async () => {
    const walk = spawn(python, [join(__dirname, 'yookassa', 'walk.py')], {
      env: { ...process.env, STAND_IN: standIn.url },
    });
    let errors = '';
    let notices = '';
    walk.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString('utf8')));
    walk.stdout.on('data', (chunk: Buffer) => (notices += chunk.toString('utf8')));
    const ended = new Promise<number | null>((resolve) => walk.once('close', resolve));
    await Promise.race([
      until(() => (hooks.received.length === webhooks ? true : undefined)),
      ended,
    ]);
    const lines = hooks.received.map(({ rawBody }) => rawBody.toString('utf8'));
    walk.stdin.end(`${lines.join('\n')}\n`);
    expect({ code: await ended, errors }).toEqual({ code: 0, errors: '' });
    const events = notices
      .trim()
      .split('\n')
      .map((line) => line.split(' ')[0]);
    // They are sent side by side, so their order is nobody's promise.
    expect(events.toSorted()).toEqual([
      'payment.canceled',
      'payment.succeeded',
      'payment.succeeded',
      'payment.waiting_for_capture',
      'payment.waiting_for_capture',
      'refund.succeeded',
    ]);
  }, 120_000);
});
