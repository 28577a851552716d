/** A started role. */
export interface Running {
  /** Rejects when the role cannot go on; never resolves. */
  readonly failed: Promise<never>;
  /** Ends it without losing work under way. */
  stop(): Promise<void>;
}

/** Rejects with the error of a task that must never end by itself. */
export function failureOf(task: Promise<unknown>): Promise<never> {
  return new Promise((_resolve, reject) => {
    task.catch(reject);
  });
}
