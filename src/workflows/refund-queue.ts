/**
 * Refund signals waiting for their turn, and what became of each. One at a time: two refunds of one
 * thing never run together, and a repeated id is answered once.
 */
import type { ErrorCode } from '../domain/errors';
import { readRefundRequest, type RefundRequest } from '../domain/refund';
import type { RefundOutcome } from './contract';
import { describeOutcomes, Outcomes } from './outcomes';

export class RefundQueue {
  private readonly waiting: RefundRequest[] = [];
  private readonly confirmed = new Map<string, RefundRequest>();
  private readonly known = new Outcomes<RefundOutcome>();

  /** Takes a signal's argument, whatever it is. Nonsense is refused here and never waits. */
  accept(raw: unknown): void {
    const read = readRefundRequest(raw);
    if (read.ok) this.ask(read.request);
    else {
      const { problem } = read;
      this.known.record({ id: '', outcome: 'refused', code: 'REFUND_MALFORMED', problem });
    }
  }

  /** A request that was read already. */
  ask(request: RefundRequest): void {
    if (request.done !== undefined) this.confirmed.set(request.id, request);
    if (this.known.has(request.id)) return;
    this.known.record({ id: request.id, outcome: 'in_progress' });
    this.waiting.push(request);
  }

  get isEmpty(): boolean {
    return this.waiting.length === 0;
  }

  take(): RefundRequest | undefined {
    return this.waiting.shift();
  }

  isConfirmed(id: string): boolean {
    return this.confirmed.has(id);
  }

  /** The word of an admin on money to be returned by hand; asked for once. */
  takeConfirmation(id: string): RefundRequest | undefined {
    const request = this.confirmed.get(id);
    this.confirmed.delete(id);
    return request;
  }

  isSettled(id: string): boolean {
    return this.known.all.some((one) => one.id === id && one.outcome === 'settled');
  }

  settle(id: string): void {
    this.known.record({ id, outcome: 'settled' });
  }

  /** `code`: why the last word on it did not count. */
  awaitHand(id: string, code?: ErrorCode): void {
    this.known.record({ id, outcome: 'by_hand', ...(code === undefined ? {} : { code }) });
  }

  refuse(id: string, code: ErrorCode): void {
    this.known.record({ id, outcome: 'refused', code });
  }

  putBack(id: string): void {
    this.known.record({ id, outcome: 'put_back', code: 'REFUND_REFUSED_BY_SYSTEM' });
  }

  /** Refuses all that wait; used when there is nothing to refund. */
  refuseAll(code: ErrorCode): void {
    for (let request = this.take(); request; request = this.take()) this.refuse(request.id, code);
  }

  get outcomes(): readonly RefundOutcome[] {
    return this.known.all;
  }
}

/** One Markdown line per refund, for the top of the workflow's page. */
export function describeRefunds(outcomes: readonly RefundOutcome[]): string[] {
  return describeOutcomes('refund', outcomes);
}
