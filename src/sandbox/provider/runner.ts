import { callBack, tellBeginning, type CallbackOptions, type CallbackStyle } from './callbacks';
import { isOver, type SandboxJob } from './job';
import { createWork, type WorkOptions } from './work';

export interface RunnerOptions extends WorkOptions {
  /** Without it nobody is called back. */
  readonly callbacks?: CallbackStyle | undefined;
  readonly callbackRetryMs: number;
}

export interface Runner {
  /** Works on the job, then calls back; a job that is over is only called back. */
  start(job: SandboxJob): void;
  cancel(id: string): Promise<SandboxJob>;
  /** Waits until a started job is over (or the runner is closing). */
  finished(id: string): Promise<SandboxJob | undefined>;
  /** 0-100. */
  progress(job: SandboxJob): number;
  close(): Promise<void>;
}

export function createRunner(options: RunnerOptions): Runner {
  const { store, faults } = options;
  const work = createWork(options);
  const closing = new AbortController();
  const running = new Map<string, { controller: AbortController; progress: number }>();
  const tasks = new Set<Promise<void>>();
  const runs = new Map<string, Promise<void>>();
  const callbacks: CallbackOptions | undefined = options.callbacks && {
    store,
    faults,
    style: options.callbacks,
    retryMs: options.callbackRetryMs,
    signal: closing.signal,
  };

  async function run(job: SandboxJob): Promise<void> {
    const current = { controller: new AbortController(), progress: 0 };
    running.set(job.id, current);
    const signal = AbortSignal.any([current.controller.signal, closing.signal]);
    try {
      const begun = await store.change(job.id, { status: 'working' });
      if (callbacks) await tellBeginning(begun, callbacks);
      const onProgress = (percent: number): void => {
        current.progress = percent;
      };
      await store.change(job.id, await work(job, { signal, onProgress }));
    } finally {
      running.delete(job.id);
    }
  }

  async function runAndCallBack(job: SandboxJob): Promise<void> {
    if (!isOver(job)) {
      // A cancelled job was put to its end by `cancel`; a closing server leaves it for the restart.
      const ran = run(job).catch(() => undefined);
      runs.set(job.id, ran);
      await ran;
      runs.delete(job.id);
    }
    const over = store.byId(job.id);
    if (callbacks === undefined || over === undefined || !isOver(over) || over.calledBack) return;
    await callBack(over, callbacks).catch(() => undefined);
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
    async finished(id) {
      await runs.get(id);
      return store.byId(id);
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
