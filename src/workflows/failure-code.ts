/** Finds the error-table code in whatever a step threw. */
import {
  ActivityFailure,
  ApplicationFailure,
  TimeoutFailure,
  isCancellation,
} from '@temporalio/workflow';
import { isErrorCode, type ErrorCode } from '../domain/errors';

/** `onTimeout` is what running out of time means for this step. */
export function failureCode(error: unknown, onTimeout: ErrorCode = 'INTERNAL'): ErrorCode {
  if (isCancellation(error)) return 'CANCELLED';
  // Out of time between two attempts: the last attempt's own failure is not why it ended.
  if (error instanceof ActivityFailure && error.retryState === 'TIMEOUT') return onTimeout;
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (cause instanceof TimeoutFailure) return onTimeout;
  if (cause instanceof ApplicationFailure && isErrorCode(cause.type)) return cause.type;
  return 'INTERNAL';
}
