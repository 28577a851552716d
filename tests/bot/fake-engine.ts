/** A Temporal that remembers what was started and signalled, once per workflow id, and can be down. */
import { AppError } from '../../src/domain/errors';
import type { DecisionRequest } from '../../src/domain/decision';
import type { RefundRequest } from '../../src/domain/refund';
import type { GenerationInput, PaymentInput } from '../../src/workflows/contract';
import type { Engine } from '../../src/workflows/engine';

export interface FakeEngine extends Engine {
  readonly generations: Map<string, GenerationInput>;
  readonly payments: Map<string, PaymentInput>;
  readonly charges: string[];
  readonly cancelled: string[];
  /** Payments that were made to look at their system. */
  readonly news: string[];
  readonly decisions: { readonly target: string; readonly request: DecisionRequest }[];
  readonly refunds: { readonly target: string; readonly request: RefundRequest }[];
  /** While true, every call fails as when the server is not there. */
  down: boolean;
  /** Generations whose workflow has ended. */
  readonly ended: Set<string>;
}

export function createFakeEngine(): FakeEngine {
  const engine: FakeEngine = {
    generations: new Map(),
    payments: new Map(),
    charges: [],
    cancelled: [],
    refunds: [],
    news: [],
    decisions: [],
    ended: new Set(),
    down: false,
    async startGeneration(input) {
      reach();
      engine.generations.set(input.generationId, input);
    },
    async cancelGeneration(id) {
      open(id);
      engine.cancelled.push(id);
    },
    async refundGeneration(id, request) {
      open(id);
      engine.refunds.push({ target: id, request });
    },
    async startPayment(input) {
      reach();
      engine.payments.set(input.paymentId, input);
    },
    async charged(input, chargeId) {
      reach();
      engine.payments.set(input.paymentId, input);
      engine.charges.push(chargeId);
    },
    async refundPayment(input, request) {
      reach();
      engine.refunds.push({ target: input.paymentId, request });
    },
    async paymentNews(input) {
      reach();
      engine.news.push(input.paymentId);
    },
    async decidePayment(input, request) {
      reach();
      engine.decisions.push({ target: input.paymentId, request });
    },
    paymentIsOpen: unused,
    wakeGeneration: unused,
    generationState: unused,
    paymentState: unused,
    health: unused,
  };

  function reach(): void {
    if (engine.down) throw new Error('14 UNAVAILABLE: No connection established');
  }

  function open(id: string): void {
    reach();
    if (!engine.generations.has(id) || engine.ended.has(id)) {
      throw new AppError('NOT_FOUND', 'No open workflow with this id');
    }
  }

  return engine;
}

async function unused(): Promise<never> {
  throw new Error('The bot does not call this');
}
