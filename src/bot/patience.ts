import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../domain/errors';
import type { BotLogger } from './deps';

const longestPauseMs = 30_000;

interface Patience {
  readonly logger: BotLogger;
  readonly signal: AbortSignal;
  /** Before the second call; doubles from then on. */
  readonly firstPauseMs?: number;
}

/**
 * Makes a call again until Telegram takes it: that Telegram is away for a while must not end the whole
 * process. Throws what Telegram refuses, for example a wrong token; gives up quietly on `signal`.
 */
export async function untilTelegramAnswers(
  call: () => Promise<void>,
  { logger, signal, firstPauseMs = 1_000 }: Patience,
): Promise<void> {
  for (
    let pauseMs = firstPauseMs;
    !signal.aborted;
    pauseMs = Math.min(2 * pauseMs, longestPauseMs)
  ) {
    try {
      await call();
      return;
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'TELEGRAM_BUSY') throw error;
      logger.warn({ err: error, pauseMs }, 'Telegram does not answer yet');
      await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
    }
  }
}
