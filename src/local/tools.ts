import { spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { Interrupted } from './start-problem';

/** The full path of a program on PATH, or undefined. */
export function onPath(program: string): string | undefined {
  const endings = process.platform === 'win32' ? ['.exe', '.cmd', ''] : [''];
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    for (const ending of endings) {
      const path = join(folder, program + ending);
      if (folder !== '' && isProgram(path)) return path;
    }
  }
  return undefined;
}

export function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

export interface ToolRun {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly timeoutMs?: number;
  readonly uid?: number;
  readonly gid?: number;
  /** Stops the tool, and everything it started, when Ctrl-C is pressed. */
  readonly signal?: AbortSignal | undefined;
}

export interface ToolResult {
  readonly ok: boolean;
  /** What it printed, both streams, the last 64 kB. */
  readonly output: string;
}

/** Runs a tool to its end. Never throws for a tool that fails; the caller knows what that means. */
export async function runTool(
  program: string,
  args: readonly string[],
  run: ToolRun = {},
): Promise<ToolResult> {
  if (run.signal?.aborted) throw new Interrupted();
  const child = spawn(program, [...args], {
    cwd: run.cwd,
    env: { ...process.env, ...run.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    ...(run.uid !== undefined && { uid: run.uid, gid: run.gid }),
  });
  let output = '';
  const keep = (chunk: Buffer): void => {
    output = (output + chunk.toString('utf8')).slice(-65_536);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const stop = (): void => {
    endGroup(child.pid);
  };
  const timer = run.timeoutMs === undefined ? undefined : setTimeout(stop, run.timeoutMs);
  run.signal?.addEventListener('abort', stop, { once: true });
  const ok = await new Promise<boolean>((resolve) => {
    child.once('error', () => {
      resolve(false);
    });
    child.once('close', (code) => {
      resolve(code === 0);
    });
  });
  clearTimeout(timer);
  run.signal?.removeEventListener('abort', stop);
  if (run.signal?.aborted) throw new Interrupted();
  return { ok, output };
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}
