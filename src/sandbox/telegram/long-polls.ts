import type { TelegramUpdate } from '@gramio/types';
import { conflict } from './api-error';
import type { UpdateQueue } from './update-queue';

export interface PollRequest {
  readonly offset: number;
  readonly limit: number;
  readonly timeoutSeconds: number;
  /** Aborted when the client has gone: updates must not be given to nobody. */
  readonly signal: AbortSignal;
}

/** getUpdates that waits; one request per bot at a time. */
export interface LongPolls {
  poll(botId: number, request: PollRequest): Promise<TelegramUpdate[]>;
  wake(botId: number): void;
  terminate(botId: number, why: string): void;
}

interface Waiter {
  readonly finish: () => void;
  readonly fail: (error: Error) => void;
}

const otherRequest = 'other getUpdates request; make sure that only one bot instance is running';

export function createLongPolls(queue: UpdateQueue): LongPolls {
  const waiters = new Map<number, Waiter>();

  /** Resolves when there may be something, or the time is over, or the client has gone. */
  function wait(botId: number, milliseconds: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const stop = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', finish);
        if (waiters.get(botId) === waiter) waiters.delete(botId);
      };
      const finish = (): void => {
        stop();
        resolve();
      };
      const waiter: Waiter = {
        finish,
        fail: (error) => {
          stop();
          reject(error);
        },
      };
      const timer = setTimeout(finish, milliseconds);
      signal.addEventListener('abort', finish, { once: true });
      waiters.set(botId, waiter);
    });
  }

  function terminate(botId: number, why: string): void {
    waiters.get(botId)?.fail(conflict(`terminated by ${why}`));
  }

  async function poll(botId: number, request: PollRequest): Promise<TelegramUpdate[]> {
    if (request.offset < 0) queue.keepLast(botId, -request.offset);
    else queue.confirmBefore(botId, request.offset);
    terminate(botId, otherRequest);
    const until = Date.now() + request.timeoutSeconds * 1000;
    while (!request.signal.aborted) {
      const found = queue.handOut(botId, request.limit);
      const leftMs = until - Date.now();
      if (found.length > 0 || leftMs <= 0) return found;
      await wait(botId, leftMs, request.signal);
    }
    return [];
  }

  return { poll, wake: (botId) => waiters.get(botId)?.finish(), terminate };
}
