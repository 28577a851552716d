import { untilTelegramAnswers } from '../../src/bot/patience';
import { AppError } from '../../src/domain/errors';
import { createLogger } from '../../src/observability/logger';

const logger = createLogger('silent');

/** A call that fails with each of these before it works. */
function failing(...errors: Error[]) {
  const calls = { count: 0 };
  const call = async (): Promise<void> => {
    calls.count += 1;
    const error = errors.shift();
    if (error !== undefined) throw error;
  };
  return { call, calls };
}

const away = (): AppError => new AppError('TELEGRAM_BUSY', 'ECONNREFUSED');

test('a call is made again until Telegram takes it', async () => {
  const { call, calls } = failing(away(), away(), away());
  const { signal } = new AbortController();
  await untilTelegramAnswers(call, { logger, signal, firstPauseMs: 1 });
  expect(calls.count).toBe(4);
});

test('what Telegram refuses is not tried again', async () => {
  const { call, calls } = failing(new AppError('TELEGRAM_REFUSED', '401 Unauthorized'));
  const signal = new AbortController().signal;
  await expect(untilTelegramAnswers(call, { logger, signal })).rejects.toThrow('401');
  expect(calls.count).toBe(1);
});

test('a stop ends the waiting at once', async () => {
  const { call, calls } = failing(away(), away());
  const stopping = new AbortController();
  const { signal } = stopping;
  const done = untilTelegramAnswers(call, { logger, signal, firstPauseMs: 3_600_000 });
  stopping.abort();
  await expect(done).resolves.toBeUndefined();
  expect(calls.count).toBe(1);
});
