import { fork, spawn, type ChildProcess } from 'node:child_process';
import type { ProcessRecords } from './process-records';
import { openServiceLog, type ServiceLog } from './service-log';
import { say } from './progress';
import { followingPrefix } from './following';
import { pause } from './waiting';

export interface ServiceSpec {
  /** What a person calls it: "Postgres", "the app". */
  readonly name: string;
  /** A program, or for `node` a script. */
  readonly command: string;
  readonly args: readonly string[];
  readonly kind: 'program' | 'node';
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly logFile: string;
  readonly stopSignal: NodeJS.Signals;
  readonly stopPatienceMs: number;
  /** Run as this user; for Postgres, which refuses to be root. */
  readonly user?: { readonly uid: number; readonly gid: number };
  /** Called before every start but the first, to clear what a killed process left. */
  readonly beforeRestart?: () => Promise<void>;
}

/** A child process that is started again when it dies, until it is told to stop. */
export interface Service {
  readonly name: string;
  /** How often it died by itself since the last {@link Service.settled}. */
  deaths(): number;
  /** It works now: earlier deaths are forgotten. */
  settled(): void;
  /** The end of its log, for a message. */
  lastLines(count: number): readonly string[];
  stop(): Promise<void>;
  /** Ends it at once, without waiting for it. */
  kill(): void;
}

const longestBackOffMs = 15_000;

export function startService(spec: ServiceSpec, records: ProcessRecords): Service {
  const log = openServiceLog(spec.name, spec.logFile);
  let stopping = false;
  let deaths = 0;
  let backOffMs = 250;
  let child = start(spec, log, records);
  let ended = endOf(child);

  const keep = async (): Promise<void> => {
    for (;;) {
      const startedAt = performance.now();
      const how = await ended;
      if (child.pid !== undefined) records.remove(child.pid);
      if (stopping) return;
      deaths += 1;
      if (performance.now() - startedAt > 60_000) backOffMs = 250;
      say(`! ${spec.name} ${how}; starting it again.`);
      await pause(backOffMs);
      backOffMs = Math.min(backOffMs * 2, longestBackOffMs);
      await spec.beforeRestart?.();
      if (mustStop()) return;
      child = start(spec, log, records);
      ended = endOf(child);
    }
  };
  // `stopping` is set by stop() during the waits above, which the compiler can't see.
  const mustStop = (): boolean => stopping;
  void keep();

  return {
    name: spec.name,
    deaths: () => deaths,
    settled: () => {
      deaths = 0;
    },
    lastLines: (count) => log.lastLines(count),
    kill: () => {
      stopping = true;
      child.kill('SIGKILL');
    },
    stop: async () => {
      stopping = true;
      await stopChild(child, ended, spec);
      if (child.pid !== undefined) records.remove(child.pid);
      log.close();
    },
  };
}

function start(spec: ServiceSpec, log: ServiceLog, records: ProcessRecords): ChildProcess {
  const common = {
    cwd: spec.cwd,
    env: spec.env as NodeJS.ProcessEnv,
    // A group of its own: Ctrl-C in the terminal reaches the launcher only, which stops in order.
    detached: true,
    ...spec.user,
  };
  const [program = '', ...args] = [...followingPrefix(spec.stopSignal), spec.command, ...spec.args];
  const child =
    spec.kind === 'node'
      ? fork(spec.command, spec.args, {
          ...common,
          // A program of ours must not outlive a launcher that was killed: it follows its channel.
          execArgv: ['--enable-source-maps', '--require', require.resolve('./follow-parent')],
          stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
        })
      : spawn(program, args, { ...common, stdio: ['ignore', log.file, log.file] });
  log.follow(child);
  if (child.pid !== undefined) records.add(spec.name, child.pid, spec.stopSignal);
  return child;
}

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => {
      resolve(`couldn't be started (${(error as NodeJS.ErrnoException).code ?? error.message})`);
    });
    child.once('exit', (code, signal) => {
      resolve(signal === null ? `ended with code ${code}` : `was ended by ${signal}`);
    });
  });
}

async function stopChild(
  child: ChildProcess,
  ended: Promise<string>,
  { stopSignal, stopPatienceMs }: ServiceSpec,
): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  child.kill(stopSignal);
  const timer = setTimeout(() => child.kill('SIGKILL'), stopPatienceMs);
  await ended;
  clearTimeout(timer);
}
