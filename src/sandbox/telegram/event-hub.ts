/** Events of the people API; their data is described in people-api.ts. */
export type EventName =
  | 'message'
  | 'edit'
  | 'delete'
  | 'action'
  | 'draft'
  | 'callbackAnswer'
  | 'balance'
  | 'checkout'
  | 'commands'
  | 'refund';

type Listener = (name: EventName, data: object) => void;

/** Tells the open pages of a person what happened. Nothing is kept: a page reloads to catch up. */
export interface EventHub {
  emit(personId: number, name: EventName, data: object): void;
  emitToAll(name: EventName, data: object): void;
  listen(personId: number, listener: Listener): () => void;
}

export function createEventHub(): EventHub {
  const listeners = new Map<number, Set<Listener>>();
  return {
    emit: (personId, name, data) => {
      for (const listener of listeners.get(personId) ?? []) listener(name, data);
    },
    emitToAll: (name, data) => {
      for (const ofPerson of listeners.values()) {
        for (const listener of ofPerson) listener(name, data);
      }
    },
    listen: (personId, listener) => {
      const ofPerson = listeners.get(personId) ?? new Set();
      listeners.set(personId, ofPerson.add(listener));
      return () => ofPerson.delete(listener);
    },
  };
}
