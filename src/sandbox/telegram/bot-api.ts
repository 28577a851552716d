import type { Request, Response, Router } from 'express';
import express from 'express';
import { ApiError } from './api-error';
import { authorise, dispatch, type ApiReply } from './dispatch';
import type { Params } from './params';
import { readParams } from './request-body';
import type { World } from './world';

function answer(response: Response, reply: ApiReply): void {
  if (reply.drop === true) {
    response.socket?.destroy();
    return;
  }
  const retryAfter = (reply.body as { parameters?: { retry_after?: number } }).parameters;
  if (retryAfter?.retry_after !== undefined)
    response.set('Retry-After', `${retryAfter.retry_after}`);
  response.status(reply.status).json(reply.body);
}

function refuse(response: Response, error: unknown): void {
  const known = error instanceof ApiError ? error : new ApiError(400, 'Bad Request');
  const body = { ok: false, error_code: known.code, description: known.message };
  // What is left of a refused upload is not read, so the connection can't be used again.
  if (known.code === 413) response.set('Connection', 'close');
  answer(response, { status: known.code, body });
}

/** '' for what is not well encoded: no token and no path looks like that. */
function decoded(text = ''): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}

async function call(world: World, request: Request, response: Response): Promise<void> {
  const url = new URL(request.originalUrl, 'http://sandbox');
  // Clients made for Telegram's test servers put /test between the token and the method.
  const path = /^\/bot([^/]+)\/(?:test\/)?([^/]*)$/.exec(url.pathname);
  if (!path) {
    refuse(response, new ApiError(404, 'Not Found'));
    return;
  }
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  let params: Params;
  try {
    params = await readParams(request, url.searchParams);
  } catch (error) {
    refuse(response, error);
    return;
  }
  const token = decoded(path[1]);
  const reply = await dispatch(world, {
    token,
    method: path[2] ?? '',
    params,
    signal: gone.signal,
  });
  answer(response, reply);
}

async function download(world: World, request: Request, response: Response): Promise<void> {
  const url = new URL(request.originalUrl, 'http://sandbox');
  const path = /^\/file\/bot([^/]+)\/(?:test\/)?(.+)$/.exec(url.pathname);
  try {
    const bot = authorise(world, decoded(path?.[1]));
    const uniqueId = world.state.filePaths.get(`${bot.id}/${decoded(path?.[2])}`);
    if (uniqueId === undefined) throw new ApiError(404, 'Not Found');
    response.type('application/octet-stream').send(await world.files.read(uniqueId));
  } catch (error) {
    refuse(response, error);
  }
}

/** The side that bots see: `/bot<token>/<method>` and `/file/bot<token>/<path>`. */
export function createBotApi(world: World): Router {
  const router = express.Router();
  router.use(async (request, response, next) => {
    if (request.path.startsWith('/bot')) await call(world, request, response);
    else if (request.path.startsWith('/file/bot')) await download(world, request, response);
    else next();
  });
  return router;
}
