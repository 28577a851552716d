import { CancellationScope, isCancellation, sleep } from '@temporalio/workflow';

/** One timer at a time: a new start takes the place of the one before. */
export class Countdown {
  private scope: CancellationScope | undefined;

  get isRunning(): boolean {
    return this.scope !== undefined;
  }

  /** `summary` stands beside the timer in the Web UI. */
  start(durationMs: number, summary: string): void {
    this.scope?.cancel();
    const scope = new CancellationScope({ cancellable: true });
    this.scope = scope;
    scope
      .run(() => sleep(durationMs, { summary }))
      .then(() => {
        if (this.scope === scope) this.scope = undefined;
      })
      .catch((error: unknown) => {
        if (!isCancellation(error)) throw error;
      });
  }
}
