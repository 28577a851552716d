import { existsSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { holderOf, keptSecret, lockDataFolder } from '../../src/local/data-folder';
import { identify } from '../../src/local/process-identity';

function newFolder(): string {
  return mkdtempSync(join(process.env['EASEL_TEST_HOME'] ?? '', 'data-'));
}

function writeLock(folder: string, pid: number, startedAt: string): void {
  writeFileSync(join(folder, 'easel.lock'), JSON.stringify({ pid, startedAt }));
}

test('a second copy on the same data folder is refused by a line that names the first', () => {
  const folder = newFolder();
  const unlock = lockDataFolder(folder);
  expect(() => lockDataFolder(folder)).toThrow(`process ${process.pid}`);
  unlock();
  expect(holderOf(folder)).toBeUndefined();
  lockDataFolder(folder)();
});

test('a lock left by a killed process is taken over, also when its id belongs to another now', () => {
  const folder = newFolder();
  writeLock(folder, process.pid, 'an earlier process with this id');
  const unlock = lockDataFolder(folder);
  expect(holderOf(folder)?.pid).toBe(process.pid);
  unlock();
});

test('a lock that was cut off while it was written is taken over', () => {
  const folder = newFolder();
  writeFileSync(join(folder, 'easel.lock'), '{"pid":');
  lockDataFolder(folder)();
  expect(existsSync(join(folder, 'easel.lock'))).toBe(false);
});

test('a lock of a living process of somebody else is respected', () => {
  const folder = newFolder();
  const parent = identify(process.ppid);
  writeLock(folder, process.ppid, parent?.startedAt ?? '');
  expect(() => lockDataFolder(folder)).toThrow('already running');
});

test('a kept secret stays the same and only its owner may read it', () => {
  const folder = newFolder();
  const secret = keptSecret(folder, 'key');
  expect(secret).toMatch(/^[A-Za-z0-9_-]{32}$/);
  expect(keptSecret(folder, 'key')).toBe(secret);
  expect(keptSecret(newFolder(), 'key')).not.toBe(secret);
  expect(statSync(join(folder, 'key')).mode & 0o077).toBe(0);
  expect(readFileSync(join(folder, 'key'), 'utf8').trim()).toBe(secret);
});
