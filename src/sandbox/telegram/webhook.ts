import { setTimeout as sleep } from 'node:timers/promises';
import type { Faults } from './faults';
import type { Options } from './options';
import { textValues } from './params';
import type { BotRow, State, UpdateRow, WebhookRow } from './state';
import type { Updates } from './updates';

export interface WebhookError {
  readonly date: number;
  readonly message: string;
}

/** Delivers updates to the addresses bots have set. */
export interface Webhooks {
  /** Looks for something to deliver; call after a webhook was set and at the start. */
  wake(botId: number): void;
  lastError(botId: number): WebhookError | undefined;
  forgetError(botId: number): void;
  close(): void;
}

/** Runs the Bot API call a webhook may answer with; its result is never seen by the bot. */
export type ReplyRunner = (bot: BotRow, method: string, values: Map<string, string>) => void;

interface Failure {
  readonly delayMs: number;
  readonly wakeAt: number;
}

const delayMsMax = 60_000;

function describeError(error: unknown): string {
  if (!(error instanceof Error)) return 'Webhook connection closed';
  if (error.name === 'TimeoutError') return 'Read timeout expired';
  const cause = error.cause as { code?: string } | undefined;
  if (cause?.code === 'ECONNREFUSED') return 'Connection refused';
  if (cause?.code === 'ENOTFOUND') return 'Failed to resolve host: Name or service not known';
  return 'Webhook connection closed';
}

interface Answer {
  readonly error?: string;
  readonly retryAfterMs?: number;
  readonly body?: string;
}

async function post(hook: WebhookRow, row: UpdateRow, timeoutMs: number): Promise<Answer> {
  try {
    const response = await fetch(hook.url, {
      method: 'POST',
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
      headers: {
        'content-type': 'application/json',
        ...(hook.secret === '' ? {} : { 'x-telegram-bot-api-secret-token': hook.secret }),
      },
      body: JSON.stringify(row.update),
    });
    const body = await response.text();
    if (response.status >= 200 && response.status < 300) return { body };
    const seconds = Number(response.headers.get('retry-after') ?? 0);
    return {
      error: `Wrong response from the webhook: ${response.status} ${response.statusText}`.trim(),
      retryAfterMs: Number.isFinite(seconds) ? Math.min(Math.max(seconds, 0), 3600) * 1000 : 0,
    };
  } catch (error) {
    return { error: describeError(error) };
  }
}

/** The method call in a webhook's answer, if it is one the real server would run. */
export function replyCall(
  body: string,
): { method: string; values: Map<string, string> } | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return undefined;
  }
  if (typeof parsed !== 'object' || parsed === null) return undefined;
  const values = textValues(parsed);
  const method = (values.get('method') ?? '').toLowerCase();
  const isForbidden = ['', 'deletewebhook', 'setwebhook', 'close', 'logout'].includes(method);
  return isForbidden || method.startsWith('get') ? undefined : { method, values };
}

export interface WebhookDeps {
  readonly state: State;
  readonly updates: Updates;
  readonly faults: Faults;
  readonly options: Options;
  readonly runReply: ReplyRunner;
}

/** One chat's updates go one after another, different chats at the same time. */
export function createWebhooks(deps: WebhookDeps): Webhooks {
  const { state, updates, faults, options } = deps;
  const inFlight = new Map<number, Set<string>>();
  const failures = new Map<string, Failure>();
  const errors = new Map<number, WebhookError>();
  const timers = new Map<number, NodeJS.Timeout>();
  let closed = false;

  function fail(bot: BotRow, row: UpdateRow, answer: Answer): void {
    const key = `${bot.id}:${row.update.update_id}`;
    const before = failures.get(key);
    const asked = answer.retryAfterMs ?? 0;
    const doubled = Math.min((before?.delayMs ?? options.webhookRetryMs / 2) * 2, delayMsMax);
    const wait = asked > 0 ? asked : before ? doubled : 0;
    errors.set(bot.id, {
      date: Math.floor(Date.now() / 1000),
      message: answer.error ?? 'Webhook connection closed',
    });
    if (Date.now() + wait > row.expiresAt) {
      failures.delete(key);
      updates.drop(bot.id, row.update.update_id);
      return;
    }
    failures.set(key, { delayMs: doubled, wakeAt: Date.now() + wait });
  }

  async function send(bot: BotRow, hook: WebhookRow, row: UpdateRow): Promise<Answer> {
    const fault = faults.take(bot.id, 'webhook');
    if (fault?.kind === 'delay')
      await sleep((fault.seconds ?? 1) * 1000, undefined, { ref: false });
    if (fault?.kind === 'status') {
      return { error: `Wrong response from the webhook: ${fault.status ?? 500} Fault script` };
    }
    const answer = await post(hook, row, options.webhookTimeoutMs);
    return fault?.kind === 'drop-after-effect' ? { error: 'Webhook connection closed' } : answer;
  }

  async function deliver(bot: BotRow, hook: WebhookRow, row: UpdateRow): Promise<void> {
    const answer = await send(bot, hook, row);
    if (closed) return;
    inFlight.get(bot.id)?.delete(row.queue);
    const isCurrent = state.bots.get(bot.id)?.webhook?.url === hook.url;
    if (answer.error === undefined) {
      failures.delete(`${bot.id}:${row.update.update_id}`);
      updates.confirm(bot.id, row.update.update_id);
      const reply = replyCall(answer.body ?? '');
      if (reply) deps.runReply(bot, reply.method, reply.values);
    } else if (isCurrent) fail(bot, row, answer);
    wake(bot.id);
  }

  function wake(botId: number): void {
    clearTimeout(timers.get(botId));
    const bot = state.bots.get(botId);
    const hook = bot?.webhook;
    if (!bot || !hook || closed) return;
    const busy = inFlight.get(botId) ?? new Set();
    inFlight.set(botId, busy);
    const blocked = new Set(busy);
    let next = Infinity;
    for (const row of updates.ready(botId)) {
      if (busy.size >= hook.maxConnections) break;
      if (blocked.has(row.queue)) continue;
      blocked.add(row.queue);
      const wakeAt = failures.get(`${botId}:${row.update.update_id}`)?.wakeAt ?? 0;
      if (wakeAt > Date.now()) {
        next = Math.min(next, wakeAt);
        continue;
      }
      busy.add(row.queue);
      void deliver(bot, hook, row);
    }
    if (next !== Infinity) {
      timers.set(botId, setTimeout(() => wake(botId), next - Date.now()).unref());
    }
  }

  updates.onReady(wake);
  return {
    wake,
    lastError: (botId) => errors.get(botId),
    forgetError: (botId) => void errors.delete(botId),
    close: () => {
      closed = true;
      for (const timer of timers.values()) clearTimeout(timer);
    },
  };
}
