import { eventsPath } from './api';
import type { PersonEvent } from './types';

const names: readonly PersonEvent['name'][] = [
  'message',
  'edit',
  'delete',
  'action',
  'callbackAnswer',
  'balance',
  'checkout',
  'commands',
  'draft',
];

export interface StreamHandlers {
  /** Called on every (re)connection: whatever happened in between must be fetched. */
  onOpen(): void;
  onLost(): void;
  onEvent(event: PersonEvent): void;
}

/** Follows one person's events until the returned function is called. */
export function followEvents(personId: number, handlers: StreamHandlers): () => void {
  let source: EventSource | undefined;
  let timer: number | undefined;
  let attempt = 0;

  const open = (): void => {
    source = new EventSource(eventsPath(personId));
    source.onopen = () => {
      attempt = 0;
      handlers.onOpen();
    };
    source.onerror = () => {
      handlers.onLost();
      // The browser's own repeats end at an HTTP error and wait 3 s each, so the page does it.
      source?.close();
      attempt += 1;
      timer = window.setTimeout(open, Math.min(500 * 2 ** attempt, 8000));
    };
    for (const name of names) {
      source.addEventListener(name, (event: MessageEvent<string>) => {
        const data: unknown = JSON.parse(event.data);
        handlers.onEvent({ name, data } as PersonEvent);
      });
    }
  };

  open();
  return () => {
    window.clearTimeout(timer);
    source?.close();
  };
}
