import type { RequestHandler } from 'express';
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { Problem } from './problem';

/** Requests a minute from one address, by the kind of route. */
export const defaultRateLimits = {
  // Telegram sends everything from a few addresses.
  webhook: 60_000,
  callback: 6000,
  health: 1200,
  page: 600,
  admin: 120,
  // A page asks every second or two; people of one mobile network share an address.
  app: 3000,
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
    app: limiter(limits.app),
    refused: limitRefusals(limits.refused),
  };
}

/**
 * Counts a request only once it was refused. A limiter that counts first and takes back later would
 * turn away honest requests that merely come at the same moment.
 */
function limitRefusals(limit: number): RequestHandler {
  const counter = new RateLimiterMemory({ points: limit, duration: windowMs / 1000 });
  return async (request, response, next) => {
    const address = ipKeyGenerator(request.ip ?? '');
    const seen = await counter.get(address);
    if (seen !== null && seen.consumedPoints >= limit) {
      response.set('Retry-After', String(Math.ceil(seen.msBeforeNext / 1000)));
      throw tooMany();
    }
    response.once('finish', () => {
      if (response.statusCode === 401) void counter.penalty(address);
    });
    next();
  };
}

function tooMany(): Problem {
  return new Problem(
    'TOO_MANY_REQUESTS',
    'Too many requests came from your address in the last minute, so this one was not looked at. ' +
      'Wait as long as the Retry-After header says, then send it again.',
  );
}

const windowMs = 60_000;

const common = {
  windowMs,
  standardHeaders: 'draft-8' as const,
  legacyHeaders: false,
  handler: () => {
    throw tooMany();
  },
};
