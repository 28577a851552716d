/**
 * Keeps one person from flooding the bot. Counted in memory: with several processes the limit is
 * that much wider, which is good enough for courtesy. What may be spent is limited in Postgres.
 */
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { MiddlewareFn } from 'telegraf';
import { AppError } from '../domain/errors';
import type { BotContext } from './context';
import { createRecentSet, type RecentSet } from './recent-set';

/** Button presses ask for less than messages do: one order takes several. */
const PRESSES_PER_REQUEST = 6;

/** `isRepeat`: the update was counted before, when something was down. */
export function limitRequests(options: {
  readonly requestsPerMinute: number;
  readonly isRepeat: (updateId: number) => boolean;
}): MiddlewareFn<BotContext> {
  const messages = new RateLimiterMemory({ points: options.requestsPerMinute, duration: 60 });
  const presses = new RateLimiterMemory({
    points: options.requestsPerMinute * PRESSES_PER_REQUEST,
    duration: 60,
  });
  const albums = createRecentSet<string>(1000);

  return async (ctx, next) => {
    if (options.isRepeat(ctx.update.update_id) || isSameAlbum(ctx, albums)) return next();
    const isPress = 'callback_query' in ctx.update;
    const state = await consume(isPress ? presses : messages, ctx.person.id);
    if (state === 'free') return next();
    // Telling it once a minute is enough; a press has to be answered each time.
    if (isPress || state === 'first-refusal') {
      throw new AppError('TOO_MANY_REQUESTS', 'A person sends faster than the limit');
    }
  };
}

/** The photos of an album come as updates of their own, but were sent with one tap. */
function isSameAlbum(ctx: BotContext, albums: RecentSet<string>): boolean {
  const { sent } = ctx;
  if (sent === undefined || !('media_group_id' in sent)) return false;
  const known = albums.has(sent.media_group_id);
  albums.add(sent.media_group_id);
  return known;
}

async function consume(
  limiter: RateLimiterMemory,
  key: string,
): Promise<'free' | 'first-refusal' | 'refused'> {
  try {
    await limiter.consume(key);
    return 'free';
  } catch (reason) {
    if (!(reason instanceof RateLimiterRes)) throw reason;
    return reason.consumedPoints === limiter.points + 1 ? 'first-refusal' : 'refused';
  }
}
