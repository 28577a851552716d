/**
 * Refund signals waiting for their turn, and what became of each. One at a time: two refunds of one
 * thing never run together, and a repeated id is answered once.
 */
import type { ErrorCode } from '../domain/errors';
import { readRefundRequest, type RefundRequest } from '../domain/refund';
import type { RefundOutcome } from './contract';

/** Enough for any honest admin; a flood of signals must not grow the workflow without bound. */
const outcomesMax = 50;

export class RefundQueue {
  private readonly waiting: RefundRequest[] = [];
  private readonly known = new Map<string, RefundOutcome>();

  /** Takes a signal's argument, whatever it is. Nonsense is refused here and never waits. */
  accept(raw: unknown): void {
    const read = readRefundRequest(raw);
    if (!read.ok) {
      this.record({ id: '', outcome: 'refused', code: 'REFUND_MALFORMED', problem: read.problem });
      return;
    }
    if (this.known.has(read.request.id)) return;
    this.record({ id: read.request.id, outcome: 'in_progress' });
    this.waiting.push(read.request);
  }

  get isEmpty(): boolean {
    return this.waiting.length === 0;
  }

  take(): RefundRequest | undefined {
    return this.waiting.shift();
  }

  settle(id: string): void {
    this.record({ id, outcome: 'settled' });
  }

  refuse(id: string, code: ErrorCode): void {
    this.record({ id, outcome: 'refused', code });
  }

  putBack(id: string): void {
    this.record({ id, outcome: 'put_back', code: 'REFUND_REFUSED_BY_SYSTEM' });
  }

  /** Refuses all that wait; used when there is nothing to refund. */
  refuseAll(code: ErrorCode): void {
    for (let request = this.take(); request; request = this.take()) this.refuse(request.id, code);
  }

  get outcomes(): readonly RefundOutcome[] {
    return [...this.known.values()];
  }

  private record(outcome: RefundOutcome): void {
    this.known.set(outcome.id, outcome);
    if (this.known.size > outcomesMax) {
      const oldest = [...this.known.keys()][0];
      if (oldest !== undefined) this.known.delete(oldest);
    }
  }
}

/** One Markdown line per refund, for the top of the workflow's page. */
export function describeRefunds(outcomes: readonly RefundOutcome[]): string[] {
  return outcomes.map(({ id, outcome, code, problem }) => {
    const why = problem ?? code ?? '';
    return `- refund \`${id || '(no id)'}\`: ${outcome} ${why}`.trimEnd();
  });
}
