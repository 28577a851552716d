/**
 * How each class of step is retried, written out once. The classes differ by what a repeat can do:
 * a step that is safe to repeat is retried for ever, one that is not is guarded by a row in Postgres.
 */
import type { ActivityOptions, LocalActivityOptions } from '@temporalio/workflow';

// A heartbeat timeout is how soon a killed worker is noticed.

/** Short database steps. Repeats are harmless by key, and a database always comes back. */
export const databaseStep: LocalActivityOptions = {
  startToCloseTimeout: '10s',
  localRetryThreshold: '30s',
  retry: { initialInterval: '200ms', backoffCoefficient: 2, maximumInterval: '30s' },
};

/**
 * Starting a job at a provider costs money and cannot be undone. Only what the provider clearly did
 * not accept is tried again, at 10, 30 and 60 s; the activity sets those delays and counts in Postgres,
 * because waiting for a place or for a killed worker is no refusal. Some providers answer with the
 * result itself, minutes later. The caller bounds all of it by a deadline.
 */
export const submitStep = {
  startToCloseTimeout: '6m',
  heartbeatTimeout: '45s',
  retry: { initialInterval: '1s', backoffCoefficient: 1 },
} satisfies ActivityOptions;

/**
 * Asking how a job is doing: read-only. "Still working" is a benign failure with the next delay, so
 * that a wait of any length adds nothing to the history. The caller bounds it by a deadline.
 */
export const collectStep = {
  startToCloseTimeout: '2m',
  heartbeatTimeout: '20s',
  cancellationType: 'TRY_CANCEL',
  retry: { initialInterval: '2s', backoffCoefficient: 1.5, maximumInterval: '30s' },
} satisfies ActivityOptions;

/** Asking a provider to stop: worth two tries, not worth waiting for. */
export const courtesyStep = {
  startToCloseTimeout: '15s',
  retry: { maximumAttempts: 2, initialInterval: '1s', backoffCoefficient: 1 },
} satisfies ActivityOptions;

/** Sending what the person paid for: Telegram may be down for hours, the result must still arrive. */
export const deliveryStep = {
  startToCloseTimeout: '3m',
  heartbeatTimeout: '30s',
  scheduleToCloseTimeout: '1 day',
  retry: { initialInterval: '2s', backoffCoefficient: 2, maximumInterval: '5m' },
} satisfies ActivityOptions;

/** Telling the person how something ended; after an hour the news is in /history anyway. */
export const noticeStep = {
  startToCloseTimeout: '1m',
  heartbeatTimeout: '20s',
  scheduleToCloseTimeout: '1h',
  retry: { initialInterval: '2s', backoffCoefficient: 2, maximumInterval: '2m' },
} satisfies ActivityOptions;

/** Opening an invoice: guarded by a row, so it is repeated for as long as the caller waits. */
export const systemStep = {
  startToCloseTimeout: '1m',
  heartbeatTimeout: '20s',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m' },
} satisfies ActivityOptions;

/**
 * Asking whether a payment was made: read-only. "Nothing new" is a benign failure with the delay to
 * the next look, so that a wait of any length adds nothing to the history. The step sets all delays;
 * those here follow a killed worker alone, and looks count as attempts, so they must not grow long.
 */
export const watchStep = {
  startToCloseTimeout: '1m',
  heartbeatTimeout: '20s',
  cancellationType: 'TRY_CANCEL',
  retry: { initialInterval: '5s', backoffCoefficient: 2, maximumInterval: '30s' },
} satisfies ActivityOptions;

/** Returning money: repeated until the system says yes or no, however long that takes. As above. */
export const moneyBackStep = {
  startToCloseTimeout: '1m',
  heartbeatTimeout: '20s',
  retry: { initialInterval: '5s', backoffCoefficient: 2, maximumInterval: '30s' },
} satisfies ActivityOptions;
