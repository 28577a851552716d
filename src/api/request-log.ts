import { randomUUID } from 'node:crypto';
import type { RequestHandler, Response } from 'express';
import type { Logger } from '../observability/logger';
import type { Metrics } from '../observability/metrics';

const header = 'X-Request-Id';
const acceptable = /^[A-Za-z0-9_-]{1,64}$/;

/** Probes come every few seconds and would drown the rest. */
const quietPaths = /^\/(health|metrics)/;

/**
 * Gives every request an id, and when it is answered one log line and one measurement. No headers,
 * bodies or query strings: that is where secrets travel.
 */
export function createRequestLog(deps: {
  readonly logger: Logger;
  readonly metrics: Pick<Metrics, 'httpAnswered'>;
}): RequestHandler {
  return (request, response, next) => {
    const given = request.get(header);
    const requestId = given !== undefined && acceptable.test(given) ? given : randomUUID();
    response.set(header, requestId);
    const startedAt = process.hrtime.bigint();
    const path = request.path;

    response.once('close', () => {
      const seconds = Number(process.hrtime.bigint() - startedAt) / 1e9;
      const route = routeOf(response);
      const status = response.writableFinished ? response.statusCode : 499;
      deps.metrics.httpAnswered({ method: request.method, route, status, seconds });
      const level = quietPaths.test(path) ? 'debug' : 'info';
      const ms = Math.round(seconds * 1e6) / 1e3;
      deps.logger[level]({ requestId, method: request.method, route, status, ms }, 'answered');
    });
    next();
  };
}

export function requestIdOf(response: Response): string {
  return response.get(header) ?? '';
}

/** Remembers which route answered, for the log and the metrics. */
export function markRoute(response: Response, route: string): void {
  response.locals['route'] = route;
}

function routeOf(response: Response): string {
  const route: unknown = response.locals['route'];
  return typeof route === 'string' ? route : 'unmatched';
}
