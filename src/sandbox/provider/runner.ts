import { setTimeout as wait } from 'node:timers/promises';
import { callBack } from './callbacks';
import { withoutMagicWords, type Fault, type Faults } from './faults';
import { isOver, type SandboxJob } from './job';
import type { JobStore } from './job-store';
import { makeOutput } from './make';

// Two pictures at a time: enough to keep a small machine busy and still answer at once.
const atOnce = 2;
const imageMs = 2_000;
const videoMs = 4_000;
const progressSteps = 8;

export interface RunnerOptions {
  readonly store: JobStore;
  readonly faults: Faults;
  /** 1 is the usual pace; 10 works in a tenth of the time. */
  readonly speed: number;
  readonly callbackSecret: string;
  readonly callbackRetryMs: number;
}

export interface Runner {
  /** Works on the job, then calls back; a job that is over is only called back. */
  start(job: SandboxJob): void;
  cancel(id: string): Promise<SandboxJob>;
  /** 0-100. */
  progress(job: SandboxJob): number;
  close(): Promise<void>;
}

function createSlots(free: number): <T>(work: () => Promise<T>) => Promise<T> {
  const queue: (() => void)[] = [];
  return async (work) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => queue.push(resolve));
    try {
      return await work();
    } finally {
      const next = queue.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
}

function failureOf(fault: Fault | undefined): SandboxJob['failure'] {
  if (fault?.kind === 'refuse') {
    return { code: 'content_refused', message: 'the result breaks our content rules' };
  }
  if (fault?.kind === 'fail') return { code: 'internal', message: 'the model crashed' };
  return undefined;
}

export function createRunner(options: RunnerOptions): Runner {
  const { store, faults, speed } = options;
  const closing = new AbortController();
  const running = new Map<string, { controller: AbortController; progress: number }>();
  const tasks = new Set<Promise<void>>();
  const inSlot = createSlots(atOnce);

  // Progress follows the clock up to 90; the last tenth belongs to the finished picture.
  async function pace(job: SandboxJob, extraMs: number, signal: AbortSignal): Promise<void> {
    const usualMs = job.request.model === 'sandbox-video' ? videoMs : imageMs;
    const stepMs = (usualMs / speed + extraMs) / progressSteps;
    for (let step = 1; step <= progressSteps; step += 1) {
      await wait(stepMs, undefined, { signal });
      const run = running.get(job.id);
      if (run !== undefined) run.progress = Math.round((90 * step) / progressSteps);
    }
  }

  async function make(job: SandboxJob, signal: AbortSignal): Promise<Partial<SandboxJob>> {
    const { mediaType, bytes } = await inSlot(async () =>
      makeOutput({
        request: { ...job.request, prompt: withoutMagicWords(job.request.prompt) },
        inputs: await store.readInputs(job),
        signal,
      }),
    );
    const name = `${job.id}.${mediaType === 'video/mp4' ? 'mp4' : 'jpg'}`;
    await store.writeOutput(name, bytes);
    return { status: 'succeeded', outputs: [{ name, mediaType }] };
  }

  async function work(job: SandboxJob, signal: AbortSignal): Promise<Partial<SandboxJob>> {
    const fault = faults.take('work', job.request);
    const paced = pace(job, fault?.kind === 'slow' ? (fault.ms ?? 10_000) : 0, signal);
    paced.catch(() => undefined);
    const failure = failureOf(fault);
    try {
      const change = failure === undefined ? await make(job, signal) : { failure };
      await paced;
      if (failure !== undefined) return { status: 'failed', failure };
      return fault?.kind === 'malformed' ? { ...change, outputs: [] } : change;
    } catch (error) {
      if (signal.aborted) throw error;
      const message = error instanceof Error ? error.message : 'unknown';
      return { status: 'failed', failure: { code: 'internal', message } };
    }
  }

  async function run(job: SandboxJob): Promise<void> {
    const controller = new AbortController();
    running.set(job.id, { controller, progress: 0 });
    const signal = AbortSignal.any([controller.signal, closing.signal]);
    try {
      await store.change(job.id, { status: 'working' });
      const change = await work(job, signal);
      await store.change(job.id, change);
    } finally {
      running.delete(job.id);
    }
  }

  async function runAndCallBack(job: SandboxJob): Promise<void> {
    if (!isOver(job)) {
      // A cancelled job was put to its end by `cancel`; a closing server leaves it for the restart.
      await run(job).catch(() => undefined);
    }
    const over = store.byId(job.id);
    if (over === undefined || !isOver(over) || over.calledBack) return;
    await callBack(over, {
      store,
      faults,
      secret: options.callbackSecret,
      retryMs: options.callbackRetryMs,
      signal: closing.signal,
    }).catch(() => undefined);
  }

  return {
    start(job) {
      const task = runAndCallBack(job).finally(() => tasks.delete(task));
      tasks.add(task);
    },
    async cancel(id) {
      const job = await store.change(id, { status: 'cancelled' });
      running.get(id)?.controller.abort();
      return job;
    },
    progress(job) {
      if (isOver(job)) return 100;
      return running.get(job.id)?.progress ?? 0;
    },
    async close() {
      closing.abort();
      await Promise.all(tasks);
    },
  };
}
