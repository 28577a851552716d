import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { identify, isAlive, type ProcessIdentity } from './process-identity';
import { pause, waitUntil } from './waiting';

export interface ProcessRecord extends ProcessIdentity {
  readonly name: string;
  readonly stopSignal: NodeJS.Signals;
}

/**
 * Which processes this data folder's launcher started. When the launcher was killed without a chance
 * to stop them, the next one finds them here.
 */
export interface ProcessRecords {
  add(name: string, pid: number, stopSignal: NodeJS.Signals): void;
  remove(pid: number): void;
}

export function openProcessRecords(dataDir: string): ProcessRecords {
  const path = recordsPath(dataDir);
  let records: ProcessRecord[] = [];
  const write = (): void => {
    const draft = `${path}.new`;
    writeFileSync(draft, JSON.stringify(records, undefined, 1));
    renameSync(draft, path);
  };
  return {
    add(name, pid, stopSignal) {
      const identity = identify(pid);
      if (identity === undefined) return;
      records = [...records, { ...identity, name, stopSignal }];
      write();
    },
    remove(pid) {
      records = records.filter((record) => record.pid !== pid);
      write();
    },
  };
}

/** Stops what an earlier launcher left running; returns the names of what it stopped. */
export async function stopLeftovers(dataDir: string): Promise<readonly string[]> {
  const left = readRecords(recordsPath(dataDir)).filter(isAlive);
  // The app goes before the servers it talks to, as in an orderly stop.
  const ordered = [...left].reverse();
  for (const record of ordered) await stopProcess(record, record.stopSignal, 6_000);
  rmSync(recordsPath(dataDir), { force: true });
  return ordered.map(({ name }) => name);
}

/** Asks a process to end, and ends it when it doesn't. */
export async function stopProcess(
  identity: ProcessIdentity,
  signal: NodeJS.Signals,
  patienceMs: number,
): Promise<void> {
  sendSignal(identity, signal);
  const stopped = await waitUntil(() => !isAlive(identity), patienceMs);
  if (stopped) return;
  sendSignal(identity, 'SIGKILL');
  await waitUntil(() => !isAlive(identity), 2_000);
  // Files and ports of a killed process are given back a moment after it is gone.
  await pause(50);
}

function sendSignal(identity: ProcessIdentity, signal: NodeJS.Signals): void {
  if (!isAlive(identity)) return;
  try {
    process.kill(identity.pid, signal);
  } catch {
    // It ended between the look and the signal.
  }
}

function recordsPath(dataDir: string): string {
  return join(dataDir, 'processes.json');
}

function readRecords(path: string): readonly ProcessRecord[] {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return Array.isArray(value) ? (value as ProcessRecord[]) : [];
  } catch {
    return [];
  }
}
