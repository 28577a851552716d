/**
 * Keeps this process inside Telegram's limits: some 30 messages a second in all, and about one a
 * second in a chat with short bursts. Telegram does not publish exact figures, so a 429 also closes
 * its chat for as long as Telegram asked.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  BurstyRateLimiter,
  RateLimiterMemory,
  RateLimiterQueue,
  RateLimiterRes,
} from 'rate-limiter-flexible';
import { AppError } from '../domain/errors';

export interface Limits {
  /**
   * Waits for a turn to write into a chat. A droppable message that would wait more than a moment
   * is 'dropped'; for any other a long wait is TELEGRAM_BUSY, so that nobody queues without end.
   */
  turn(chatId: bigint, message?: { readonly droppable?: boolean }): Promise<'go' | 'dropped'>;
  /** Telegram asked for a break in this chat. */
  rest(chatId: bigint, forMs: number): Promise<void>;
}

/** Messages a chat may get at once on top of one a second, per `BURST_SECONDS`. */
const BURST = 10;
const BURST_SECONDS = 20;
/** A second is cut into slices, so that two full ones cannot meet at its edge. */
const SLICES_PER_SECOND = 5;

const WAIT_MAX_MS = 10_000;
const DROPPABLE_WAIT_MAX_MS = 2000;

export function createLimits({
  messagesPerSecond,
}: {
  readonly messagesPerSecond: number;
}): Limits {
  const points = Math.max(1, Math.floor(messagesPerSecond / SLICES_PER_SECOND));
  const everyone = new RateLimiterQueue(
    new RateLimiterMemory({ points, duration: points / messagesPerSecond }),
  );
  const steady = new RateLimiterMemory({ keyPrefix: 'steady', points: 1, duration: 1 });
  const burst = new RateLimiterMemory({
    keyPrefix: 'burst',
    points: BURST,
    duration: BURST_SECONDS,
  });
  const chat = new BurstyRateLimiter(steady, burst);
  let queued = 0;

  async function everyonesTurn(waitMaxMs: number): Promise<number> {
    const expectedMs = (queued / messagesPerSecond) * 1000;
    if (expectedMs > waitMaxMs) return expectedMs;
    queued += 1;
    try {
      await everyone.removeTokens(1);
    } finally {
      queued -= 1;
    }
    return 0;
  }

  return {
    async turn(chatId, { droppable = false } = {}) {
      const waitMaxMs = droppable ? DROPPABLE_WAIT_MAX_MS : WAIT_MAX_MS;
      // The burst is for messages a person waits for.
      const limiter = droppable ? steady : chat;
      const waitMs =
        (await turnIn(limiter, chatId.toString(), waitMaxMs)) || (await everyonesTurn(waitMaxMs));
      if (waitMs === 0) return 'go';
      if (droppable) return 'dropped';
      throw new AppError('TELEGRAM_BUSY', 'Our own limit of messages is reached', {
        retryAfterMs: Math.ceil(waitMs),
      });
    },
    async rest(chatId, forMs) {
      const key = chatId.toString();
      await Promise.all([steady.block(key, forMs / 1000), burst.block(key, forMs / 1000)]);
    },
  };
}

/** Makes the call; after a 429, the chat is left alone for as long as Telegram asked. */
export async function restingWhenAsked<T>(
  limits: Limits,
  chatId: bigint,
  call: () => Promise<T>,
): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof AppError && error.retryAfterMs !== undefined) {
      await limits.rest(chatId, error.retryAfterMs);
    }
    throw error;
  }
}

type Limiter = Pick<RateLimiterMemory | BurstyRateLimiter, 'consume'>;

/** 0 after a turn was had; otherwise how long it would have taken. */
async function turnIn(limiter: Limiter, key: string, waitMaxMs: number): Promise<number> {
  const deadline = Date.now() + waitMaxMs;
  for (;;) {
    const waitMs = await tryTurn(limiter, key);
    if (waitMs === 0 || Date.now() + waitMs > deadline) return waitMs;
    await sleep(waitMs);
  }
}

async function tryTurn(limiter: Limiter, key: string): Promise<number> {
  try {
    await limiter.consume(key);
    return 0;
  } catch (reason) {
    // A refusal is how this library says "not yet"; it is no error.
    if (reason instanceof RateLimiterRes) return Math.max(1, reason.msBeforeNext);
    throw reason;
  }
}
