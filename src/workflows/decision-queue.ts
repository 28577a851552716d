/** `decide` signals waiting for their turn, and what became of each. */
import { readDecision, type DecisionRequest } from '../domain/decision';
import type { ErrorCode } from '../domain/errors';
import type { DecisionOutcome } from './contract';
import { Outcomes } from './outcomes';

export class DecisionQueue {
  private readonly waiting: DecisionRequest[] = [];
  private readonly known = new Outcomes<DecisionOutcome>();

  /** Takes a signal's argument, whatever it is. Nonsense is refused here and never waits. */
  accept(raw: unknown): void {
    const read = readDecision(raw);
    if (!read.ok) {
      const { problem } = read;
      this.known.record({ id: '', outcome: 'refused', code: 'DECISION_MALFORMED', problem });
      return;
    }
    if (this.known.has(read.request.id)) return;
    this.known.record({ id: read.request.id, outcome: 'in_progress' });
    this.waiting.push(read.request);
  }

  get isEmpty(): boolean {
    return this.waiting.length === 0;
  }

  take(): DecisionRequest | undefined {
    return this.waiting.shift();
  }

  end(id: string, refused: ErrorCode | undefined): void {
    this.known.record(
      refused === undefined ? { id, outcome: 'done' } : { id, outcome: 'refused', code: refused },
    );
  }

  get outcomes(): readonly DecisionOutcome[] {
    return this.known.all;
  }
}
