import type { ChildProcess } from 'node:child_process';
import {
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs';
import { createInterface } from 'node:readline';
import { say } from './progress';

/** One service's log file; warnings of our own programs are shown in the terminal as well. */
export interface ServiceLog {
  /** Open file descriptor, for programs that write their own lines. */
  readonly file: number;
  follow(child: ChildProcess): void;
  lastLines(count: number): readonly string[];
  close(): void;
}

const largestLogBytes = 20 * 1024 * 1024;
const errorLevel = 50;

export function openServiceLog(name: string, path: string): ServiceLog {
  if (existsSync(path) && statSync(path).size > largestLogBytes) renameSync(path, `${path}.old`);
  const file = openSync(path, 'a');
  let closed = false;

  const write = (line: string): void => {
    if (!closed) writeSync(file, `${line}\n`);
    const shown = worthShowing(line);
    if (shown !== undefined) say(`  ${name}: ${shown}`);
  };

  return {
    file,
    follow(child) {
      for (const stream of [child.stdout, child.stderr]) {
        if (stream) createInterface({ input: stream }).on('line', write);
      }
    },
    lastLines: (count) => readFileSync(path, 'utf8').trimEnd().split('\n').slice(-count),
    close() {
      closed = true;
      closeSync(file);
    },
  };
}

/** The message of an error line of pino; other lines are for the log file only. */
function worthShowing(line: string): string | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const entry = JSON.parse(line) as { level?: unknown; msg?: unknown };
    const isError = typeof entry.level === 'number' && entry.level >= errorLevel;
    return isError && typeof entry.msg === 'string' ? entry.msg : undefined;
  } catch {
    return undefined;
  }
}
