/** What Easel does about each way a provider fails: one table, read by steps and workflows. */
import type { ErrorCode } from './errors';

/**
 * Why a provider said no.
 * blocked: its content rules; invalid: it cannot do this request; auth, quota: our account, the owner
 * must act; rate-limited: later, see retryAfterMs; retired: the model is gone; no-output: it ended
 * without a result; transient: try again; unknown: the answer was lost, the job may exist.
 */
export type ProviderFailureClass =
  | 'blocked'
  | 'invalid'
  | 'auth'
  | 'quota'
  | 'rate-limited'
  | 'retired'
  | 'no-output'
  | 'transient'
  | 'unknown';

interface FailureBehaviour {
  /** What the person is told when it ends the generation, by the error table. */
  readonly code: ErrorCode;
  /**
   * retry: the same provider again after {@link submitRetryDelaysMs}, or later if it asked so;
   * look-up: ask the provider whether the job exists before anything else; end: never again there.
   */
  readonly then: 'retry' | 'look-up' | 'end';
  /** Counts against the provider's breaker: it cannot serve anybody, not only this request. */
  readonly isOutage: boolean;
  /** The owner has to act and is alerted. */
  readonly alertsOwner: boolean;
}

export const failureBehaviours: Readonly<Record<ProviderFailureClass, FailureBehaviour>> = {
  blocked: { code: 'PROVIDER_REFUSED', then: 'end', isOutage: false, alertsOwner: false },
  invalid: { code: 'PROVIDER_REJECTED', then: 'end', isOutage: false, alertsOwner: false },
  auth: { code: 'PROVIDER_ACCOUNT', then: 'end', isOutage: true, alertsOwner: true },
  quota: { code: 'PROVIDER_ACCOUNT', then: 'end', isOutage: true, alertsOwner: true },
  'rate-limited': {
    code: 'PROVIDER_UNAVAILABLE',
    then: 'retry',
    isOutage: false,
    alertsOwner: false,
  },
  retired: { code: 'MODEL_RETIRED', then: 'end', isOutage: false, alertsOwner: true },
  'no-output': { code: 'NO_OUTPUT', then: 'end', isOutage: false, alertsOwner: false },
  transient: { code: 'PROVIDER_UNAVAILABLE', then: 'retry', isOutage: true, alertsOwner: false },
  unknown: { code: 'OUTCOME_UNKNOWN', then: 'look-up', isOutage: true, alertsOwner: false },
};

/**
 * The endings after which another model may serve the generation at the confirmed price. What a
 * provider refused for its content or its form is refused for good, and what may have been paid for
 * is never started elsewhere.
 */
const codesThatFallBack: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'PROVIDER_UNAVAILABLE',
  'PROVIDER_ACCOUNT',
  'MODEL_RETIRED',
  'MODEL_UNAVAILABLE',
  'PROVIDER_RESTING',
  'BUDGET_SPENT',
  // Nobody took the submit in time. Whether a job exists is asked of the row before another is begun.
  'PROVIDER_TIMEOUT',
]);

export function mayFallBack(code: ErrorCode): boolean {
  return codesThatFallBack.has(code);
}

/** How long a provider's transient refusal is waited out before each new attempt; then it is over. */
export const submitRetryDelaysMs = [10_000, 30_000, 60_000] as const;

/** No adapter may wait longer for the answer to a submit. */
export const submitCallMaxMs = 300_000;

/** When to submit again after so many refusals in a row; undefined when it is over. */
export function submitDelayMs(refusals: number, askedMs = 0): number | undefined {
  const delay = submitRetryDelaysMs[refusals - 1];
  return delay === undefined ? undefined : Math.max(delay, askedMs);
}
