import { ApplicationFailure } from '@temporalio/common';
import { toFailure, withMappedFailures } from '../../src/activities/failure';
import { AppError, errorTable, type ErrorCode } from '../../src/domain/errors';
import { ProviderError, type ProviderFailureClass } from '../../src/providers/provider';

const classes: Record<ProviderFailureClass, { code: ErrorCode; retried: boolean }> = {
  blocked: { code: 'PROVIDER_REFUSED', retried: false },
  invalid: { code: 'PROVIDER_REJECTED', retried: false },
  auth: { code: 'PROVIDER_ACCOUNT', retried: false },
  quota: { code: 'PROVIDER_ACCOUNT', retried: false },
  'rate-limited': { code: 'PROVIDER_UNAVAILABLE', retried: true },
  retired: { code: 'MODEL_RETIRED', retried: false },
  'no-output': { code: 'NO_OUTPUT', retried: false },
  transient: { code: 'PROVIDER_UNAVAILABLE', retried: true },
  unknown: { code: 'OUTCOME_UNKNOWN', retried: true },
};

test.each(Object.entries(classes))(
  'a provider failure of class %s has its code and is retried only if that can help',
  (failure, { code, retried }) => {
    const mapped = toFailure(new ProviderError(failure as ProviderFailureClass, 'said so'));
    expect(mapped).toMatchObject({ type: code, nonRetryable: !retried, message: 'said so' });
  },
);

test.each(Object.keys(errorTable) as ErrorCode[])(
  'the code %s keeps its name and follows the error table',
  (code) => {
    const mapped = toFailure(new AppError(code, 'detail'));
    expect(mapped).toMatchObject({ type: code, nonRetryable: !errorTable[code].retry });
  },
);

test('the longer of our delay and the wait the other side asked for wins', () => {
  const limited = new ProviderError('rate-limited', 'slow down', 45_000);
  expect(toFailure(limited, 10_000).nextRetryDelay).toBe(45_000);
  expect(toFailure(limited, 60_000).nextRetryDelay).toBe(60_000);
  expect(toFailure(limited).nextRetryDelay).toBe(45_000);
  expect(toFailure(new ProviderError('transient', 'x')).nextRetryDelay).toBeUndefined();
});

test('an unexpected error stays retryable, so that a bug fixed in time costs nobody their order', () => {
  expect(toFailure(new TypeError('x is not a function'))).toMatchObject({
    type: 'INTERNAL',
    nonRetryable: false,
  });
  expect(toFailure('thrown text')).toMatchObject({ type: 'INTERNAL', nonRetryable: false });
});

test('a failure keeps histories short and takes no cause along', () => {
  const mapped = toFailure(
    new AppError('INTERNAL', 'x'.repeat(10_000), { cause: new Error('with a secret') }),
  );
  expect(mapped.message).toHaveLength(500);
  expect(mapped.cause).toBeUndefined();
});

test('a step passes its result and a ready failure through, and maps the rest', async () => {
  const ready = ApplicationFailure.nonRetryable('final', 'OUTCOME_UNKNOWN');
  const steps = withMappedFailures({
    async works(word: string): Promise<string> {
      return `${word}!`;
    },
    async ends(): Promise<void> {
      throw ready;
    },
    async breaks(): Promise<void> {
      throw new AppError('BANNED', 'banned');
    },
  });
  await expect(steps.works('yes')).resolves.toBe('yes!');
  await expect(steps.ends()).rejects.toBe(ready);
  await expect(steps.breaks()).rejects.toMatchObject({ type: 'BANNED', nonRetryable: true });
});
