import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { identify, isAlive } from '../../src/local/process-identity';
import { openProcessRecords, stopLeftovers } from '../../src/local/process-records';
import { startService } from '../../src/local/service';
import { waitUntil } from '../../src/local/waiting';

const sleeper = 'setInterval(() => undefined, 1000)';

function newFolder(): string {
  return mkdtempSync(join(process.env['EASEL_TEST_HOME'] ?? '', 'processes-'));
}

function startSleeper(): ChildProcess & { pid: number } {
  const child = spawn(process.execPath, ['-e', sleeper], { stdio: 'ignore' });
  if (child.pid === undefined) throw new Error('no process');
  return Object.assign(child, { pid: child.pid });
}

test('what a killed launcher left running is stopped by the next start', async () => {
  const folder = newFolder();
  const child = startSleeper();
  const exit = once(child, 'exit');
  openProcessRecords(folder).add('Sleeper', child.pid, 'SIGTERM');
  expect(await stopLeftovers(folder)).toEqual(['Sleeper']);
  await exit;
  expect(child.signalCode).toBe('SIGTERM');
  expect(existsSync(join(folder, 'processes.json'))).toBe(false);
});

test('a stranger that got the id of a process of ours is left alone', async () => {
  const folder = newFolder();
  const child = startSleeper();
  const identity = identify(child.pid);
  const record = { name: 'Old', pid: child.pid, startedAt: 'earlier', stopSignal: 'SIGKILL' };
  writeFileSync(join(folder, 'processes.json'), JSON.stringify([record]));
  expect(await stopLeftovers(folder)).toEqual([]);
  expect(identity !== undefined && isAlive(identity)).toBe(true);
  child.kill('SIGKILL');
});

describe('a service', () => {
  const begin = (folder: string, code: string) => {
    const records = openProcessRecords(folder);
    const script = join(folder, 'script.js');
    writeFileSync(script, code);
    const service = startService(
      {
        name: 'Script',
        command: process.execPath,
        args: [script],
        kind: 'program',
        env: process.env,
        cwd: folder,
        logFile: join(folder, 'script.log'),
        stopSignal: 'SIGTERM',
        stopPatienceMs: 500,
      },
      records,
    );
    return service;
  };
  const pidOf = (folder: string): number | undefined =>
    (JSON.parse(readFileSync(join(folder, 'processes.json'), 'utf8')) as { pid: number }[])[0]?.pid;

  test('that is killed is started again, and stops when it is told to', async () => {
    const folder = newFolder();
    const service = begin(folder, sleeper);
    const first = pidOf(folder);
    process.kill(first ?? 0, 'SIGKILL');
    expect(await waitUntil(() => ![first, undefined].includes(pidOf(folder)), 10_000)).toBe(true);
    expect(service.deaths()).toBe(1);
    const second = pidOf(folder);
    await service.stop();
    expect(identify(second ?? 0)).toBeUndefined();
    expect(pidOf(folder)).toBeUndefined();
  });

  test('that ignores being asked is ended all the same', async () => {
    const folder = newFolder();
    const stubborn = `process.on('SIGTERM', () => undefined); console.log('up'); ${sleeper}`;
    const service = begin(folder, stubborn);
    expect(await waitUntil(() => service.lastLines(1)[0] === 'up', 10_000)).toBe(true);
    const pid = pidOf(folder);
    await service.stop();
    expect(identify(pid ?? 0)).toBeUndefined();
  });

  test('that cannot begin leaves its reason in the last lines of its log', async () => {
    const folder = newFolder();
    const service = begin(folder, "console.error('no such setting'); process.exit(3)");
    expect(await waitUntil(() => service.deaths() > 1, 10_000)).toBe(true);
    expect(service.lastLines(1)).toEqual(['no such setting']);
    await service.stop();
  });
});
