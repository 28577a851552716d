/** How a provider stands in one word. */
import { markReached } from './budget';

/** closed: calls go through; open: it rests; half-open: rested, one trial at a time. */
export type BreakerState = 'closed' | 'open' | 'half-open';

export const providerStatuses = [
  'ok',
  /** No settings in this deployment. */
  'off',
  /** Switched off by an admin. */
  'paused',
  'resting',
  'trial',
  'budget-spent',
] as const;
export type ProviderStatus = (typeof providerStatuses)[number];

export interface Standing {
  readonly breaker: BreakerState;
  readonly paused: boolean;
  /** Micro-dollars, UTC days and months; null: no budget. */
  readonly spentToday: bigint;
  readonly spentThisMonth: bigint;
  readonly budgetDay: bigint | null;
  readonly budgetMonth: bigint | null;
}

/** Of a provider whose settings are there; undefined: nothing is known against it. */
export function statusOf(standing: Standing | undefined): Exclude<ProviderStatus, 'off'> {
  if (standing === undefined) return 'ok';
  const { breaker, paused, spentToday, spentThisMonth, budgetDay, budgetMonth } = standing;
  if (paused) return 'paused';
  if (breaker !== 'closed') return breaker === 'open' ? 'resting' : 'trial';
  const isSpent = [
    markReached({ micros: spentToday, budgetMicros: budgetDay }),
    markReached({ micros: spentThisMonth, budgetMicros: budgetMonth }),
  ].includes(100);
  return isSpent ? 'budget-spent' : 'ok';
}
