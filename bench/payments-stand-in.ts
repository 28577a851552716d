/** The stand-in of a payment system as a process of its own: what it costs is not Easel's. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startPayments } from '../src/sandbox/payments/stand-ins';

async function main(): Promise<void> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'easel-bench-till-'));
  const [standIn] = await startPayments({
    portOf: () => 0,
    dataDir,
    keys: process.env,
    only: [process.env['BENCH_SYSTEM'] ?? ''],
    webhookRoot: process.env['BENCH_WEBHOOK_ROOT'] ?? '',
  });
  process.send?.({ name: 'ready', url: standIn?.url });
  process.once('SIGTERM', () => {
    void standIn?.close().then(() => {
      rmSync(dataDir, { recursive: true, force: true });
      process.exit(0);
    });
  });
}

void main();
