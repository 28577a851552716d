import type { RequestHandler } from 'express';
import { rateLimit } from 'express-rate-limit';
import { Problem } from './problem';

/** Requests a minute from one address, by the kind of route. */
export const defaultRateLimits = {
  // Telegram sends everything from a few addresses.
  webhook: 60_000,
  callback: 6000,
  health: 1200,
  page: 600,
  admin: 120,
  // Wrong keys and secrets, so that nobody can try them out.
  refused: 30,
} as const;

export type RateClass = keyof typeof defaultRateLimits;
export type RateLimits = Readonly<Record<RateClass, number>>;

/** One limiter per class, shared by its routes. */
export function createRateLimiters(limits: RateLimits): Record<RateClass, RequestHandler> {
  const limiter = (limit: number): RequestHandler => rateLimit({ ...common, limit });
  return {
    webhook: limiter(limits.webhook),
    callback: limiter(limits.callback),
    health: limiter(limits.health),
    page: limiter(limits.page),
    admin: limiter(limits.admin),
    refused: rateLimit({
      ...common,
      limit: limits.refused,
      skipSuccessfulRequests: true,
      requestWasSuccessful: (_request, response) => response.statusCode !== 401,
    }),
  };
}

const common = {
  windowMs: 60_000,
  standardHeaders: 'draft-8' as const,
  legacyHeaders: false,
  handler: () => {
    throw new Problem(
      'TOO_MANY_REQUESTS',
      'Too many requests came from your address in the last minute, so this one was not looked at. ' +
        'Wait as long as the Retry-After header says, then send it again.',
    );
  },
};
