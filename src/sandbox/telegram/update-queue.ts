import type { TelegramUpdate } from '@gramio/types';
import type { Faults } from './faults';
import type { State, UpdateRow } from './state';
import type { UpdateBody } from './updates';

/** The stored updates of all bots and the rules by which they come and go. */
export interface UpdateQueue {
  push(botId: number, personId: number, body: UpdateBody): void;
  ready(botId: number): UpdateRow[];
  /** The first updates a poll may have, remembered as handed out. */
  handOut(botId: number, limit: number): TelegramUpdate[];
  confirm(botId: number, updateId: number): void;
  /** What the `offset` of getUpdates says: everything before it has arrived. */
  confirmBefore(botId: number, offset: number): void;
  keepLast(botId: number, count: number): void;
}

const kindsNotByDefault = new Set(['chat_member', 'message_reaction', 'message_reaction_count']);
const queryKinds = new Set(['callback_query', 'pre_checkout_query']);
const ownQueues = new Set([...queryKinds, 'my_chat_member']);
const firstUpdateId = 100_000_000;
const daySeconds = 86_400;
/** Queries are of no use later, so the server forgets them sooner. */
const querySeconds = 150;
const heldMs = 2000;

function isWanted(state: State, botId: number, kind: string): boolean {
  const allowed = state.bots.get(botId)?.allowedUpdates;
  return allowed ? allowed.includes(kind) : !kindsNotByDefault.has(kind);
}

/** What the fault script does to a new update. */
function twist(faults: Faults, botId: number): Pick<UpdateRow, 'repeats' | 'heldUntil'> {
  const kind = faults.take(botId, 'update')?.kind;
  if (kind === 'duplicate') return { repeats: 1 };
  return kind === 'reorder' ? { heldUntil: Date.now() + heldMs } : {};
}

/** Updates out of their order (duplicates, reordered) which a poll has been given already. */
type HandedOut = Set<number>;

function moveToEnd(state: State, botId: number, row: UpdateRow): void {
  const rows = state.updates(botId);
  rows.delete(row.update.update_id);
  rows.set(row.update.update_id, row);
}

/** A held update goes out once a later one has overtaken it. */
function releaseHeld(state: State, botId: number, newest: number): void {
  for (const row of [...state.updates(botId).values()]) {
    if (row.heldUntil === undefined || row.update.update_id === newest) continue;
    const { heldUntil: _, ...released } = row;
    moveToEnd(state, botId, { ...released, outOfOrder: true });
  }
}

function readyRows(state: State, botId: number): UpdateRow[] {
  const now = Date.now();
  const rows = [...state.updates(botId).values()];
  for (const row of rows) {
    if (row.expiresAt <= now) state.updates(botId).delete(row.update.update_id);
  }
  return rows.filter((row) => row.expiresAt > now && (row.heldUntil ?? 0) <= now);
}

function isConfirmedBy(row: UpdateRow, offset: number, given: HandedOut): boolean {
  const id = row.update.update_id;
  if (id >= offset || row.heldUntil !== undefined) return false;
  // An offset passes over an update out of its order without meaning it.
  return row.outOfOrder !== true || given.has(id);
}

function keepLast(state: State, botId: number, count: number): void {
  const rows = state.updates(botId);
  const ids = [...rows.values()].map((row) => row.update.update_id);
  for (const id of ids.slice(0, Math.max(0, ids.length - count))) rows.delete(id);
}

export function createUpdateQueue(
  state: State,
  faults: Faults,
  announce: (botId: number) => void,
): UpdateQueue {
  const handedOut = new Map<number, HandedOut>();
  const givenTo = (botId: number): HandedOut => {
    const given = handedOut.get(botId) ?? new Set();
    handedOut.set(botId, given);
    return given;
  };

  function push(botId: number, personId: number, body: UpdateBody): void {
    const kind = Object.keys(body)[0] ?? '';
    if (!isWanted(state, botId, kind)) return;
    const updateId = firstUpdateId + state.next(`update:${botId}`);
    const lifeSeconds = queryKinds.has(kind) ? querySeconds : daySeconds;
    const row: UpdateRow = {
      update: { update_id: updateId, ...body },
      queue: `${ownQueues.has(kind) ? kind : 'message'}:${personId}`,
      expiresAt: Date.now() + lifeSeconds * 1000,
      ...twist(faults, botId),
    };
    state.updates(botId).set(updateId, row);
    releaseHeld(state, botId, updateId);
    if (row.heldUntil !== undefined) setTimeout(() => announce(botId), heldMs).unref();
    announce(botId);
  }

  function confirm(botId: number, updateId: number): void {
    const row = state.updates(botId).get(updateId);
    if (!row) return;
    givenTo(botId).delete(updateId);
    const repeats = row.repeats ?? 0;
    if (repeats === 0) {
      state.updates(botId).delete(updateId);
      return;
    }
    moveToEnd(state, botId, { ...row, repeats: repeats - 1, outOfOrder: true });
    announce(botId);
  }

  function confirmBefore(botId: number, offset: number): void {
    const given = givenTo(botId);
    state.transact(() => {
      for (const row of [...state.updates(botId).values()]) {
        if (isConfirmedBy(row, offset, given)) confirm(botId, row.update.update_id);
      }
    });
  }

  function handOut(botId: number, limit: number): TelegramUpdate[] {
    const rows = readyRows(state, botId).slice(0, limit);
    for (const row of rows) if (row.outOfOrder === true) givenTo(botId).add(row.update.update_id);
    return rows.map((row) => row.update);
  }

  return {
    push,
    ready: (botId) => readyRows(state, botId),
    handOut,
    confirm,
    confirmBefore,
    keepLast: (botId, count) => keepLast(state, botId, count),
  };
}
