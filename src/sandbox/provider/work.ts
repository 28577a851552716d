import { setTimeout as wait } from 'node:timers/promises';
import { withoutMagicWords, type Fault, type Faults } from './faults';
import { kindOf, type SandboxJob } from './job';
import type { JobStore } from './job-store';
import { makeOutput, type Made, type Making } from './make';

// Two pictures at a time: enough to keep a small machine busy and still answer at once.
const atOnce = 2;
const imageMs = 2_000;
const videoMs = 4_000;
const progressSteps = 8;

export interface WorkOptions {
  readonly store: JobStore;
  readonly faults: Faults;
  /** 1 is the usual pace; 10 works in a tenth of the time. */
  readonly speed: number;
  /** Who paints; the art itself unless told. */
  readonly make?: ((making: Making) => Promise<Made>) | undefined;
}

export interface WorkWatch {
  readonly signal: AbortSignal;
  onProgress(percent: number): void;
}

/** Works on one job and returns what the job becomes; throws only when the signal aborts it. */
export type Work = (job: SandboxJob, watch: WorkWatch) => Promise<Partial<SandboxJob>>;

/** Runs at most `free` pieces of work at once, the rest in the order they came. */
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

export function createWork({ store, faults, speed, make: paint = makeOutput }: WorkOptions): Work {
  const inSlot = createSlots(atOnce);

  // Progress follows the clock up to 90; the last tenth belongs to the finished picture.
  async function pace(job: SandboxJob, extraMs: number, watch: WorkWatch): Promise<void> {
    const usualMs = kindOf(job.request) === 'video' ? videoMs : imageMs;
    const stepMs = (usualMs / speed + extraMs) / progressSteps;
    for (let step = 1; step <= progressSteps; step += 1) {
      await wait(stepMs, undefined, { signal: watch.signal });
      watch.onProgress(Math.round((90 * step) / progressSteps));
    }
  }

  async function make(job: SandboxJob, signal: AbortSignal): Promise<Partial<SandboxJob>> {
    const { mediaType, bytes } = await inSlot(async () => {
      signal.throwIfAborted();
      const request = { ...job.request, prompt: withoutMagicWords(job.request.prompt) };
      return paint({ request, inputs: await store.readInputs(job), signal });
    });
    const name = `${job.id}.${mediaType === 'video/mp4' ? 'mp4' : 'jpg'}`;
    await store.writeOutput(name, bytes);
    return { status: 'succeeded', outputs: [{ name, mediaType }] };
  }

  return async (job, watch) => {
    const fault = faults.take('work', job.request);
    const failure = failureOf(fault);
    const paced = pace(job, fault?.kind === 'slow' ? (fault.ms ?? 10_000) : 0, watch);
    paced.catch(() => undefined);
    try {
      const made = failure ? { status: 'failed' as const, failure } : await make(job, watch.signal);
      await paced;
      return fault?.kind === 'malformed' ? { ...made, outputs: [] } : made;
    } catch (error) {
      watch.signal.throwIfAborted();
      const message = error instanceof Error ? error.message : 'unknown';
      return { status: 'failed', failure: { code: 'internal', message } };
    }
  };
}
