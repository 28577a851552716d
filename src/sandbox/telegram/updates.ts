import type { TelegramUpdate } from '@gramio/types';
import { conflict } from './api-error';
import type { Faults } from './faults';
import type { State, UpdateRow } from './state';

type UpdateBody = Omit<TelegramUpdate, 'update_id'>;

export interface PollRequest {
  readonly offset: number;
  readonly limit: number;
  readonly timeoutSeconds: number;
  readonly signal: AbortSignal;
}

/** Updates that wait for each bot until they are confirmed or too old. */
export interface Updates {
  /** Call inside the transaction which makes the thing the update tells about. */
  push(botId: number, personId: number, body: UpdateBody): void;
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

const kindsNotByDefault = new Set(['chat_member', 'message_reaction', 'message_reaction_count']);
const firstUpdateId = 100_000_000;
const daySeconds = 86_400;
/** Queries are of no use later, so the server forgets them sooner. */
const querySeconds = 150;
const heldMs = 2000;

interface Waiter {
  readonly finish: () => void;
  readonly fail: (error: Error) => void;
}

export function createUpdates(state: State, faults: Faults): Updates {
  const waiters = new Map<number, Waiter>();
  /** Updates out of their order (duplicates, reordered) that were handed out already. */
  const handedOut = new Map<number, Set<number>>();
  const listeners: ((botId: number) => void)[] = [];

  function announce(botId: number): void {
    queueMicrotask(() => {
      waiters.get(botId)?.finish();
      for (const listener of listeners) listener(botId);
    });
  }

  function isWanted(botId: number, kind: string): boolean {
    const allowed = state.bots.get(botId)?.allowedUpdates;
    return allowed ? allowed.includes(kind) : !kindsNotByDefault.has(kind);
  }

  function moveToEnd(botId: number, row: UpdateRow): void {
    const rows = state.updates(botId);
    rows.delete(row.update.update_id);
    rows.set(row.update.update_id, row);
    handedOut.get(botId)?.delete(row.update.update_id);
  }

  function releaseHeld(botId: number, except: number): void {
    for (const row of [...state.updates(botId).values()]) {
      if (row.heldUntil === undefined || row.update.update_id === except) continue;
      const { heldUntil: _, ...released } = row;
      moveToEnd(botId, { ...released, outOfOrder: true });
    }
  }

  function push(botId: number, personId: number, body: UpdateBody): void {
    const kind = Object.keys(body)[0] ?? '';
    if (!isWanted(botId, kind)) return;
    const updateId = firstUpdateId + state.next(`update:${botId}`);
    const isQuery = kind === 'callback_query' || kind === 'pre_checkout_query';
    const fault = faults.take(botId, 'update');
    state.updates(botId).set(updateId, {
      update: { update_id: updateId, ...body },
      queue: `${isQuery || kind === 'my_chat_member' ? kind : 'message'}:${personId}`,
      expiresAt: Date.now() + (isQuery ? querySeconds : daySeconds) * 1000,
      ...(fault?.kind === 'duplicate' ? { repeats: 1 } : {}),
      ...(fault?.kind === 'reorder' ? { heldUntil: Date.now() + heldMs } : {}),
    });
    releaseHeld(botId, updateId);
    if (fault?.kind === 'reorder') setTimeout(() => announce(botId), heldMs).unref();
    announce(botId);
  }

  function ready(botId: number): UpdateRow[] {
    const now = Date.now();
    const rows = [...state.updates(botId).values()];
    for (const row of rows) {
      if (row.expiresAt <= now) state.updates(botId).delete(row.update.update_id);
    }
    return rows.filter((row) => row.expiresAt > now && (row.heldUntil ?? 0) <= now);
  }

  function confirm(botId: number, updateId: number): void {
    const row = state.updates(botId).get(updateId);
    if (!row) return;
    handedOut.get(botId)?.delete(updateId);
    if ((row.repeats ?? 0) === 0) {
      state.updates(botId).delete(updateId);
      return;
    }
    moveToEnd(botId, { ...row, repeats: (row.repeats ?? 0) - 1, outOfOrder: true });
    announce(botId);
  }

  function confirmBefore(botId: number, offset: number): void {
    const given = handedOut.get(botId);
    state.transact(() => {
      for (const row of [...state.updates(botId).values()]) {
        const id = row.update.update_id;
        if (id < offset && (row.outOfOrder !== true || given?.has(id) === true)) {
          if (row.heldUntil === undefined) confirm(botId, id);
        }
      }
    });
  }

  function dropAllBut(botId: number, last: number): void {
    const ids = [...state.updates(botId).values()].map((row) => row.update.update_id);
    for (const id of ids.slice(0, Math.max(0, ids.length - last))) state.updates(botId).delete(id);
  }

  function handOut(botId: number, limit: number): TelegramUpdate[] {
    const rows = ready(botId).slice(0, limit);
    const given = handedOut.get(botId) ?? new Set();
    handedOut.set(botId, given);
    for (const row of rows) if (row.outOfOrder === true) given.add(row.update.update_id);
    return rows.map((row) => row.update);
  }

  function terminatePoll(botId: number, why: string): void {
    waiters.get(botId)?.fail(conflict(`terminated by ${why}`));
  }

  /** Resolves when there may be something, or the time is over, or the client has gone. */
  function wait(botId: number, request: PollRequest): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (done: () => void) => () => {
        clearTimeout(timer);
        if (waiters.get(botId) === waiter) waiters.delete(botId);
        done();
      };
      const waiter: Waiter = {
        finish: settle(resolve),
        fail: (error) => settle(() => reject(error))(),
      };
      const timer = setTimeout(() => waiter.finish(), request.timeoutSeconds * 1000);
      request.signal.addEventListener('abort', () => waiter.finish(), { once: true });
      waiters.set(botId, waiter);
    });
  }

  async function poll(botId: number, request: PollRequest): Promise<TelegramUpdate[]> {
    if (request.offset < 0) dropAllBut(botId, -request.offset);
    else confirmBefore(botId, request.offset);
    const now = handOut(botId, request.limit);
    if (now.length > 0 || request.timeoutSeconds <= 0) return now;
    terminatePoll(
      botId,
      'other getUpdates request; make sure that only one bot instance is running',
    );
    const until = Date.now() + request.timeoutSeconds * 1000;
    for (;;) {
      const left = (until - Date.now()) / 1000;
      if (left <= 0 || request.signal.aborted) return [];
      await wait(botId, { ...request, timeoutSeconds: left });
      if (request.signal.aborted) return [];
      const found = handOut(botId, request.limit);
      if (found.length > 0) return found;
    }
  }

  return {
    push,
    poll,
    ready,
    confirm: (botId, updateId) => state.transact(() => confirm(botId, updateId)),
    drop: (botId, updateId) => state.updates(botId).delete(updateId),
    clear: (botId) => dropAllBut(botId, 0),
    count: (botId) => state.updates(botId).size,
    terminatePoll,
    onReady: (listener) => listeners.push(listener),
  };
}
