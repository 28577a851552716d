/**
 * Fetches updates by long polling. Telegram forgets an update once a later offset is asked for, so
 * the offset never passes an update whose effect is not durable yet. telegraf's own polling confirms
 * a batch before its handlers are through.
 *
 * Updates of one chat are handled in order; chats do not wait for each other.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Update } from 'telegraf/types';
import { AppError } from '../domain/errors';
import type { TelegramClient } from '../telegram/client';
import type { BotLogger } from './deps';

export interface PollingDeps {
  readonly telegram: Pick<TelegramClient, 'getUpdates'>;
  readonly handleUpdate: (update: Update) => Promise<'done' | 'busy'>;
  readonly logger: BotLogger;
  /** Waits between attempts; tests make them short. */
  readonly pauses?: Partial<Pauses>;
}

interface Pauses {
  /** Before asking for more while some updates are still being handled. */
  readonly whileWorkingMs: number;
  /** First wait after a failure; doubles up to `longestMs`. */
  readonly firstMs: number;
  readonly longestMs: number;
}

const usualPauses: Pauses = { whileWorkingMs: 150, firstMs: 1000, longestMs: 30_000 };

/** Long enough to be cheap, short enough for proxies that cut idle connections. */
const LONG_POLL_SECONDS = 25;

/** Runs until `signal` aborts; then waits for the updates being handled. Never rejects. */
export async function runPolling(deps: PollingDeps, signal: AbortSignal): Promise<void> {
  const pauses = { ...usualPauses, ...deps.pauses };
  const lanes = createLanes({ ...deps, pauses }, signal);
  const failures = createFailureLog(deps.logger);
  let offset = 0;
  while (!signal.aborted) {
    try {
      const timeoutSeconds = lanes.unfinished() === undefined ? LONG_POLL_SECONDS : 0;
      const updates = await deps.telegram.getUpdates({ offset, timeoutSeconds, signal });
      failures.recovered();
      for (const update of updates) lanes.add(update);
      offset = lanes.unfinished() ?? lanes.next(offset);
      if (lanes.unfinished() !== undefined) await lanes.progress(pauses.whileWorkingMs);
    } catch (error) {
      const waitMs = failures.failed(error, pauses);
      await sleep(waitMs, undefined, { signal }).catch(() => undefined);
    }
  }
  await lanes.finished();
}

interface Lanes {
  /** Queues an update behind the others of its chat; known ones are passed over. */
  add(update: Update): void;
  /** The lowest update id not handled yet. */
  unfinished(): number | undefined;
  /** The offset after everything seen so far. */
  next(offset: number): number;
  /** Resolves when an update was handled, at the latest after `atMostMs`. */
  progress(atMostMs: number): Promise<void>;
  finished(): Promise<void>;
}

function createLanes(deps: PollingDeps & { pauses: Pauses }, signal: AbortSignal): Lanes {
  const lanes = new Map<string, Promise<void>>();
  const open = new Set<number>();
  // Handled, but maybe sent again because an earlier update of another chat is still open.
  const closed = new Set<number>();
  let highest = -1;
  let wake = (): void => undefined;

  async function handle(update: Update): Promise<void> {
    if (!(await handleUntilDone(deps, update, signal))) return;
    open.delete(update.update_id);
    closed.add(update.update_id);
    wake();
  }

  const lowestOpen = () => (open.size === 0 ? undefined : Math.min(...open));

  return {
    add(update) {
      const id = update.update_id;
      if (open.has(id) || closed.has(id)) return;
      open.add(id);
      highest = Math.max(highest, id);
      const lane = laneOf(update);
      const tail = (lanes.get(lane) ?? Promise.resolve()).then(() => handle(update));
      lanes.set(lane, tail);
      void tail.then(() => {
        if (lanes.get(lane) === tail) lanes.delete(lane);
      });
    },
    unfinished: lowestOpen,
    next(offset) {
      closed.clear();
      return Math.max(offset, highest + 1);
    },
    async progress(atMostMs) {
      const handled = new Promise<void>((resolve) => {
        wake = resolve;
      });
      const timer = new AbortController();
      const late = sleep(atMostMs, undefined, { signal: timer.signal }).catch(() => undefined);
      await Promise.race([handled, late]);
      timer.abort();
    },
    async finished() {
      await Promise.all(lanes.values());
    },
  };
}

/** Payments and button presses of one person stay in the order of the person's messages. */
function laneOf(update: Update): string {
  if ('message' in update) return `chat:${update.message.chat.id}`;
  if ('callback_query' in update) return `chat:${update.callback_query.from.id}`;
  // Must be answered within ten seconds, so it waits for nothing.
  if ('pre_checkout_query' in update) return `checkout:${update.pre_checkout_query.id}`;
  return `update:${update.update_id}`;
}

/** True when done; false when told to stop before that. */
async function handleUntilDone(
  deps: PollingDeps & { pauses: Pauses },
  update: Update,
  signal: AbortSignal,
): Promise<boolean> {
  let waitMs = deps.pauses.firstMs;
  while (!signal.aborted) {
    try {
      if ((await deps.handleUpdate(update)) === 'done') return true;
    } catch (error) {
      deps.logger.warn(
        { err: error, updateId: update.update_id, waitMs },
        'Update failed, trying again',
      );
    }
    await sleep(waitMs, undefined, { signal }).catch(() => undefined);
    waitMs = Math.min(waitMs * 2, deps.pauses.longestMs);
  }
  return false;
}

/** Says what is wrong once, not on every attempt; and when it works again. */
function createFailureLog(logger: BotLogger) {
  let count = 0;
  let said = '';
  return {
    failed(error: unknown, pauses: Pauses): number {
      count += 1;
      const message = explain(error);
      if (message !== said) logger.error({ err: error }, message);
      said = message;
      const asked = error instanceof AppError ? (error.retryAfterMs ?? 0) : 0;
      return Math.max(asked, Math.min(pauses.firstMs * 2 ** (count - 1), pauses.longestMs));
    },
    recovered(): void {
      if (count > 0) logger.info({ failures: count }, 'Telegram answers again');
      count = 0;
      said = '';
    },
  };
}

function explain(error: unknown): string {
  const detail = error instanceof Error ? error.message : String(error);
  if (/\b409\b|conflict/i.test(detail)) {
    return (
      "Telegram says that somebody else fetches this bot's updates (409): a second copy of Easel " +
      'or a webhook. Stop the other one; this one keeps trying'
    );
  }
  return 'Fetching updates failed, trying again';
}
