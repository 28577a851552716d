import type { TelegramUpdate } from '@gramio/types';
import { createLongPolls, type PollRequest } from './long-polls';
import type { Faults } from './faults';
import { createUpdateQueue, type UpdateQueue } from './update-queue';
import type { State, UpdateRow } from './state';

export type UpdateBody = Omit<TelegramUpdate, 'update_id'>;

/** Updates that wait for each bot until they are confirmed or too old. */
export interface Updates {
  /** Call inside the transaction which makes the thing the update tells about. */
  push(botId: number, personId: number, body: UpdateBody): void;
  /** Rejects with 409 when another request or a webhook takes over. */
  poll(botId: number, request: PollRequest): Promise<TelegramUpdate[]>;
  /** Rows ready for delivery, in order. */
  ready(botId: number): UpdateRow[];
  confirm(botId: number, updateId: number): void;
  drop(botId: number, updateId: number): void;
  clear(botId: number): void;
  count(botId: number): number;
  /** Ends a waiting long poll with 409. */
  terminatePoll(botId: number, why: string): void;
  onReady(listener: (botId: number) => void): void;
}

export function createUpdates(state: State, faults: Faults): Updates {
  const listeners: ((botId: number) => void)[] = [];
  // In a microtask, so that nobody looks before the transaction is whole.
  const announce = (botId: number): void =>
    queueMicrotask(() => {
      for (const listener of listeners) listener(botId);
    });
  const queue: UpdateQueue = createUpdateQueue(state, faults, announce);
  const polls = createLongPolls(queue);
  listeners.push(polls.wake);
  return {
    push: queue.push,
    poll: polls.poll,
    ready: queue.ready,
    confirm: (botId, updateId) => state.transact(() => queue.confirm(botId, updateId)),
    drop: (botId, updateId) => state.updates(botId).delete(updateId),
    clear: (botId) => queue.keepLast(botId, 0),
    count: (botId) => state.updates(botId).size,
    terminatePoll: polls.terminate,
    onReady: (listener) => listeners.push(listener),
  };
}
