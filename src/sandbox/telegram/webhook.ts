import { setTimeout as sleep } from 'node:timers/promises';
import type { Faults } from './faults';
import type { Options } from './options';
import type { BotRow, State, UpdateRow, WebhookRow } from './state';
import type { Updates } from './updates';
import { postUpdate, replyCall, type ReplyCall, type WebhookAnswer } from './webhook-request';

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

export interface WebhookDeps {
  readonly state: State;
  readonly updates: Updates;
  readonly faults: Faults;
  readonly options: Options;
  /** Runs the call a webhook may answer with; its result is never seen by the bot. */
  readonly runReply: (bot: BotRow, call: ReplyCall) => void;
}

interface Failure {
  readonly delayMs: number;
  readonly wakeAt: number;
}

/** What is going on between one bot's updates and its webhook. */
interface Delivery {
  readonly busyQueues: Set<string>;
  readonly failures: Map<number, Failure>;
  timer?: NodeJS.Timeout;
  lastError?: WebhookError;
}

const delayMsMax = 60_000;

/** The first repetition is immediate, then the wait doubles, unless the bot names one. */
function nextFailure(before: Failure | undefined, askedMs: number, firstMs: number): Failure {
  const delayMs = before ? Math.min(before.delayMs * 2, delayMsMax) : firstMs / 2;
  const waitMs = askedMs > 0 ? askedMs : before ? delayMs : 0;
  return { delayMs, wakeAt: Date.now() + waitMs };
}

/** Sends an update, or lets the fault script spoil it. */
async function attempt(
  { faults, options }: WebhookDeps,
  target: { bot: BotRow; hook: WebhookRow },
  row: UpdateRow,
): Promise<WebhookAnswer> {
  const fault = faults.take(target.bot.id, 'webhook');
  if (fault?.kind === 'delay') await sleep((fault.seconds ?? 1) * 1000, undefined, { ref: false });
  if (fault?.kind === 'status') {
    return { error: `Wrong response from the webhook: ${fault.status ?? 500} Fault script` };
  }
  const answer = await postUpdate(target.hook, row, options.webhookTimeoutMs);
  return fault?.kind === 'drop-after-effect' ? { error: 'Webhook connection closed' } : answer;
}

/** The first update of every queue that is not busy, as long as connections are left. */
function nextInLine(delivery: Delivery, rows: readonly UpdateRow[], free: number): UpdateRow[] {
  const taken = new Set(delivery.busyQueues);
  const first: UpdateRow[] = [];
  for (const row of rows) {
    if (first.length >= free) break;
    if (taken.has(row.queue)) continue;
    taken.add(row.queue);
    first.push(row);
  }
  return first;
}

/** One chat's updates go one after another, different chats at the same time. */
export function createWebhooks(deps: WebhookDeps): Webhooks {
  const { state, updates, options } = deps;
  const deliveries = new Map<number, Delivery>();
  let closed = false;

  const deliveryOf = (botId: number): Delivery => {
    const known = deliveries.get(botId) ?? { busyQueues: new Set(), failures: new Map() };
    deliveries.set(botId, known);
    return known;
  };

  function failed(bot: BotRow, row: UpdateRow, answer: WebhookAnswer): void {
    const delivery = deliveryOf(bot.id);
    const id = row.update.update_id;
    const message = answer.error ?? 'Webhook connection closed';
    delivery.lastError = { date: Math.floor(Date.now() / 1000), message };
    const before = delivery.failures.get(id);
    const failure = nextFailure(before, answer.retryAfterMs ?? 0, options.webhookRetryMs);
    delivery.failures.set(id, failure);
    if (failure.wakeAt <= row.expiresAt) return;
    delivery.failures.delete(id);
    updates.drop(bot.id, id);
  }

  async function deliver(bot: BotRow, hook: WebhookRow, row: UpdateRow): Promise<void> {
    const answer = await attempt(deps, { bot, hook }, row);
    if (closed) return;
    const delivery = deliveryOf(bot.id);
    delivery.busyQueues.delete(row.queue);
    if (answer.error === undefined) {
      delivery.failures.delete(row.update.update_id);
      updates.confirm(bot.id, row.update.update_id);
      const reply = replyCall(answer.body ?? '');
      if (reply) deps.runReply(bot, reply);
    } else if (state.bots.get(bot.id)?.webhook?.url === hook.url) failed(bot, row, answer);
    wake(bot.id);
  }

  function wake(botId: number): void {
    const bot = state.bots.get(botId);
    const hook = bot?.webhook;
    if (!hook || closed) return;
    const delivery = deliveryOf(botId);
    clearTimeout(delivery.timer);
    const now = Date.now();
    let nextAt = Infinity;
    const free = hook.maxConnections - delivery.busyQueues.size;
    for (const row of nextInLine(delivery, updates.ready(botId), free)) {
      const wakeAt = delivery.failures.get(row.update.update_id)?.wakeAt ?? 0;
      if (wakeAt > now) {
        nextAt = Math.min(nextAt, wakeAt);
        continue;
      }
      delivery.busyQueues.add(row.queue);
      void deliver(bot, hook, row);
    }
    if (nextAt !== Infinity) delivery.timer = setTimeout(() => wake(botId), nextAt - now).unref();
  }

  updates.onReady(wake);
  return {
    wake,
    lastError: (botId) => deliveries.get(botId)?.lastError,
    forgetError: (botId) => delete deliveryOf(botId).lastError,
    close: () => {
      closed = true;
      for (const { timer } of deliveries.values()) clearTimeout(timer);
    },
  };
}
