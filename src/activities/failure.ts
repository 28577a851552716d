/**
 * The mapper from our errors to Temporal's: the failure's type is a code of the error table, whether
 * it is retried is what the table says. Messages are for operators and are kept short, because
 * failures are stored in the history.
 */
import { ApplicationFailure } from '@temporalio/common';
import { AppError, errorTable, type ErrorCode } from '../domain/errors';
import { failureBehaviours } from '../domain/provider-failure';
import { PaymentSystemError, type PaymentFailureClass } from '../payments/payment-system';
import { ProviderError } from '../providers/provider';

const detailMax = 500;

const codeOfPaymentClass: Record<PaymentFailureClass, ErrorCode> = {
  transient: 'PAYMENT_SYSTEM_BUSY',
  unknown: 'OUTCOME_UNKNOWN',
  invalid: 'PAYMENT_SYSTEM_REFUSED',
  auth: 'PAYMENT_SYSTEM_REFUSED',
  'not-found': 'PAYMENT_SYSTEM_REFUSED',
};

/** Turns what a step threw into the failure Temporal stores. Unknown errors stay retryable. */
export function toFailure(error: unknown, retryDelayMs?: number): ApplicationFailure {
  if (error instanceof ApplicationFailure) return error;
  const appError = toAppError(error);
  const delayMs = Math.max(retryDelayMs ?? 0, appError.retryAfterMs ?? 0);
  return ApplicationFailure.create({
    type: appError.code,
    message: appError.message.slice(0, detailMax),
    nonRetryable: !errorTable[appError.code].retry,
    ...(delayMs > 0 ? { nextRetryDelay: delayMs } : {}),
  });
}

/** Gives every error a code of the table. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof ProviderError) {
    return new AppError(failureBehaviours[error.failure].code, error.message, {
      cause: error,
      ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
    });
  }
  if (error instanceof PaymentSystemError) {
    return new AppError(codeOfPaymentClass[error.failure], error.message, {
      cause: error,
      ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
    });
  }
  const detail = error instanceof Error ? `${error.name}: ${error.message}` : 'not an error object';
  return new AppError('INTERNAL', detail, { cause: error });
}

type Steps = Record<string, (...args: never[]) => Promise<unknown>>;

/** Wraps every step of a factory so that only mapped failures leave it. */
export function withMappedFailures<T extends Steps>(steps: T): T {
  const wrapped = Object.entries(steps).map(([name, step]) => [
    name,
    async (...args: never[]) => {
      try {
        return await step(...args);
      } catch (error) {
        throw toFailure(error);
      }
    },
  ]);
  return Object.fromEntries(wrapped) as T;
}
