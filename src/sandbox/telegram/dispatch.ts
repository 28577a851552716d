import { timingSafeEqual } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError, tooManyRequests } from './api-error';
import type { Fault } from './faults';
import { findMethod } from './methods/registry';
import type { Params } from './params';
import { reportFault } from './report';
import type { BotRow } from './state';
import type { World } from './world';

export interface ApiRequest {
  readonly token: string;
  readonly method: string;
  readonly params: Params;
  readonly signal: AbortSignal;
}

export interface ApiReply {
  readonly status: number;
  readonly body: object;
  /** The fault script says: destroy the connection instead of answering. */
  readonly drop?: boolean;
}

const tokenPattern = /^([1-9]\d{0,15}):([A-Za-z0-9_-]{3,100})$/;

function sameText(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}

function freeUsername(world: World, id: number): string {
  const wanted = `${world.options.newBotName.toLowerCase().replace(/[^a-z0-9]/g, '')}_sandbox_bot`;
  const isTaken = [...world.state.bots.values()].some(({ username }) => username === wanted);
  return isTaken ? `sandbox_${id}_bot` : wanted;
}

/** Any well-formed token makes its bot on first use; afterwards its secret must stay the same. */
export function authorise(world: World, token: string): BotRow {
  const id = Number(tokenPattern.exec(token)?.[1]);
  if (!Number.isSafeInteger(id)) {
    throw new ApiError(401, 'Unauthorized: invalid token specified');
  }
  const known = world.state.bots.get(id);
  if (known) {
    if (!sameText(known.token, token)) throw new ApiError(401, 'Unauthorized');
    return known;
  }
  const bot: BotRow = {
    id,
    token,
    username: freeUsername(world, id),
    texts: { '': { name: world.options.newBotName } },
  };
  world.state.bots.set(id, bot);
  world.hub.emitToAll('commands', { botId: id });
  return bot;
}

function failure(error: unknown): ApiReply {
  const known =
    error instanceof ApiError ? error : new ApiError(500, 'Internal Server Error: sandbox fault');
  if (known !== error) reportFault(error);
  const { code, message, parameters } = known;
  const more = parameters ? { parameters } : {};
  return { status: code, body: { ok: false, error_code: code, description: message, ...more } };
}

function statusFault(status: number): ApiError {
  return new ApiError(
    status,
    status >= 500 ? 'Internal Server Error' : 'Bad Request: fault script',
  );
}

/** Faults that strike before the method has any effect. */
async function strikeBefore({ kind, status = 500, seconds = 1 }: Fault): Promise<void> {
  if (kind === 'delay') await sleep(seconds * 1000);
  if (kind === 'retry-after') throw tooManyRequests(Math.ceil(seconds));
  if (kind === 'status') throw statusFault(status);
}

function log(
  world: World,
  bot: BotRow,
  entry: { request: ApiRequest; name: string; reply: ApiReply; fault?: Fault },
): void {
  const { request, name, reply, fault } = entry;
  const description = (reply.body as { description?: string }).description;
  world.calls.add({
    at: Date.now(),
    botId: bot.id,
    method: name,
    params: request.params.summary(),
    status: reply.status,
    ...(description === undefined ? {} : { description }),
    ...(fault ? { fault: fault.kind } : {}),
  });
}

async function run(world: World, bot: BotRow, request: ApiRequest): Promise<ApiReply> {
  const method = findMethod(request.method);
  if (!method) return failure(new ApiError(404, 'Not Found: method not found'));
  const fault = world.faults.take(bot.id, method.name);
  let reply: ApiReply;
  try {
    if (fault) await strikeBefore(fault);
    const { params, signal } = request;
    const result = await method.run({ world, bot, params, signal });
    reply = { status: 200, body: { ok: true, result } };
  } catch (error) {
    reply = failure(error);
  }
  log(world, bot, { request, name: method.name, reply, ...(fault ? { fault } : {}) });
  return fault?.kind === 'drop-after-effect' ? { ...reply, drop: true } : reply;
}

/** Runs one Bot API call; every refusal is an answer, never a throw. */
export async function dispatch(world: World, request: ApiRequest): Promise<ApiReply> {
  let bot: BotRow;
  try {
    bot = authorise(world, request.token);
  } catch (error) {
    return failure(error);
  }
  return run(world, bot, request);
}
