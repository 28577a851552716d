import type { ErrorRequestHandler, RequestHandler } from 'express';
import { AppError, errorTable, type ErrorCode } from '../domain/errors';
import type { Logger } from '../observability/logger';
import { bodyProblem, explainFailure, Problem, titleOf, typeOf, type ProblemBody } from './problem';
import { requestIdOf } from './request-log';

export interface ErrorHandlerDeps {
  readonly logger: Logger;
  /** The English text of a code: what happened, what it means, what to do. */
  readonly explain: (code: ErrorCode) => string;
}

/** The API's one mapper from failures to answers: problem+json by the error table, no stack traces. */
export function createErrorHandler({ logger, explain }: ErrorHandlerDeps): ErrorRequestHandler {
  // Express knows an error handler by its four parameters.
  // eslint-disable-next-line max-params
  return (error: unknown, request, response, next) => {
    const failure = bodyProblem(error) ?? pathProblem(error) ?? error;
    const { code, status, detail, errors } = explainFailure(failure, explain);
    const requestId = requestIdOf(response);
    if (status >= 500) logger.error({ err: error, requestId, code }, 'request failed');
    if (response.headersSent) {
      // Half an answer is out; only closing the connection tells the caller that it is not whole.
      next(error);
      return;
    }
    const body: ProblemBody = {
      type: typeOf(code),
      title: titleOf(code),
      status,
      detail,
      instance: request.path,
      code,
      retry: errorTable[code].retry,
      requestId,
      ...(errors ? { errors } : {}),
    };
    const waitMs = failure instanceof AppError ? failure.retryAfterMs : undefined;
    if (waitMs !== undefined) response.set('Retry-After', String(Math.ceil(waitMs / 1000)));
    response.status(status).type('application/problem+json').send(JSON.stringify(body));
  };
}

/** For addresses nobody answers; `hint` says which are answered. */
export function notFound(hint: string): RequestHandler {
  return (request) => {
    const what = `Nothing answers ${request.method} at this address.`;
    throw new Problem('NOT_FOUND', `${what} ${hint}`);
  };
}

/** A path like /admin/payments/%E0 cannot be decoded; express says so with a bare 400. */
function pathProblem(error: unknown): Problem | undefined {
  return error instanceof URIError
    ? new Problem(
        'INVALID_INPUT',
        'The address holds a broken %-sequence. Check how it is encoded.',
      )
    : undefined;
}
