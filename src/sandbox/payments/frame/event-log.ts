/** What happened at a stand-in, for tests and curious people. `about` depends on the kind. */
export interface LoggedEvent {
  readonly number: number;
  readonly at: string;
  readonly kind: 'request' | 'webhook' | 'action';
  readonly about: Readonly<Record<string, unknown>>;
}

/** The last events, in memory only. */
export interface EventLog {
  add(kind: LoggedEvent['kind'], about: LoggedEvent['about']): void;
  list(kind?: string | null): readonly LoggedEvent[];
}

const eventsMax = 5000;

export function createEventLog(now: () => Date): EventLog {
  const events: LoggedEvent[] = [];
  let count = 0;
  return {
    add: (kind, about) => {
      count += 1;
      events.push({ number: count, at: now().toISOString(), kind, about });
      if (events.length > eventsMax) events.splice(0, eventsMax / 5);
    },
    list: (kind) => (kind ? events.filter((event) => event.kind === kind) : events),
  };
}
