/**
 * A route is data: the same description checks requests, documents them in OpenAPI and is mounted in
 * the app, so the three cannot differ.
 */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import express, { type Request, type RequestHandler, type Router } from 'express';
import type { z } from 'zod';
import type { ErrorCode } from '../domain/errors';
import { isStorable } from '../domain/storable-text';
import { malformed, Problem, unstorable } from './problem';
import type { RateClass } from './rate-limits';
import { markRoute } from './request-log';

export interface RouteInput<P, Q, B> {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  /** For the routes that need the bare request: callbacks check signatures over it. */
  readonly request: Request;
}

interface RouteDescription {
  readonly method: 'get' | 'post';
  /** Express pattern: /admin/payments/:id */
  readonly path: string;
  readonly tag: 'Health' | 'Telegram' | 'Providers' | 'Payments' | 'Mini App' | 'Admin' | 'About';
  readonly summary: string;
  readonly description: string;
  readonly rate: RateClass;
  /** Runs before the body is read; throws a Problem to refuse. */
  readonly guard?: (request: Request) => void;
  /** The header a guard looks at, for OpenAPI. */
  readonly security?: 'adminKey' | 'webhookSecret' | 'miniAppSession';
  /** The body as bytes, unread. */
  readonly rawBody?: true;
  /** Codes the caller may meet besides INVALID_INPUT, TOO_MANY_REQUESTS and INTERNAL. */
  readonly problems: readonly ErrorCode[];
}

/** A route whose types are known; see {@link defineRoute}. */
export interface TypedRoute<
  P extends z.ZodType,
  Q extends z.ZodType,
  B extends z.ZodType,
  A,
> extends RouteDescription {
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  readonly answer: {
    readonly status: number;
    readonly description: string;
    readonly schema: z.ZodType<unknown, A>;
    /** Anything but JSON is sent as the text it is. */
    readonly mediaType?: string;
  };
  /** A long text may be given piece by piece. */
  handle(
    input: RouteInput<z.output<P>, z.output<Q>, z.output<B>>,
  ): Promise<NoInfer<A>> | NoInfer<A> | AsyncIterable<string>;
}

/** A route as the app and OpenAPI see it. */
export interface Route extends RouteDescription {
  readonly params?: z.ZodType;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  readonly answer: Omit<
    TypedRoute<z.ZodType, z.ZodType, z.ZodType, unknown>['answer'],
    'schema'
  > & {
    readonly schema: z.ZodType;
  };
  readonly respond: RequestHandler;
}

/** Infers a route's types from its schemas and makes its handler. */
export function defineRoute<
  A,
  P extends z.ZodType = z.ZodUndefined,
  Q extends z.ZodType = z.ZodUndefined,
  B extends z.ZodType = z.ZodUndefined,
>(route: TypedRoute<P, Q, B, A>): Route {
  const { handle, ...description } = route;
  return {
    ...description,
    respond: async (request, response) => {
      const answer = await handle({
        params: check('path', route.params, request.params),
        query: check('query', route.query, request.query),
        body: check('body', route.body, request.body),
        request,
      });
      response.status(route.answer.status);
      if (route.answer.mediaType === undefined) response.json(answer);
      else if (isInPieces(answer)) {
        await pipeline(Readable.from(answer), response.type(route.answer.mediaType));
      } else response.type(route.answer.mediaType).send(answer);
    },
  };
}

function isInPieces(answer: unknown): answer is AsyncIterable<string> {
  return typeof answer === 'object' && answer !== null && Symbol.asyncIterator in answer;
}

/** Without a schema nothing is read, so nothing unchecked reaches a handler. */
function check<T extends z.ZodType>(
  where: string,
  schema: T | undefined,
  raw: unknown,
): z.output<T> {
  if (schema === undefined) return undefined as z.output<T>;
  const result = schema.safeParse(raw);
  if (!result.success) throw malformed(where, result.error);
  if (!isStorable(result.data)) throw unstorable(where);
  return result.data;
}

/** Mounts a route: limit, refused-limit, guard, body, handler, in this order. */
export function mount(
  router: Router,
  route: Route,
  limiters: Readonly<Record<RateClass, RequestHandler>>,
): void {
  const handlers: RequestHandler[] = [
    (_request, response, next) => {
      markRoute(response, route.path);
      next();
    },
    limiters[route.rate],
  ];
  if (route.guard !== undefined) handlers.push(limiters.refused, guarded(route.guard));
  if (route.rawBody === true) handlers.push(readRaw);
  if (route.body !== undefined) handlers.push(onlyJson, readJson);
  router[route.method](route.path, ...handlers, route.respond);
}

function guarded(guard: (request: Request) => void): RequestHandler {
  return (request, _response, next) => {
    guard(request);
    next();
  };
}

const bodyLimit = '1mb';
const readRaw = express.raw({ type: () => true, limit: bodyLimit });
const readJson = express.json({ limit: bodyLimit });

const onlyJson: RequestHandler = (request, _response, next) => {
  if (request.is('application/json') === false) {
    throw new Problem(
      'INVALID_INPUT',
      'The body is not sent as JSON, so it was not read. Send the header Content-Type: application/json.',
      { status: 415 },
    );
  }
  next();
};
