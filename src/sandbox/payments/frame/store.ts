import { openJournal, type Table } from '../../journal';

/** Tables, sequences and clock of one stand-in, all in one file. */
export interface Store {
  table<Row>(name: string): Table<Row>;
  transact<T>(work: () => T): T;
  next(sequence: string): number;
  now(): Date;
  advance(seconds: number): void;
  close(): void;
}

export function openStore(path: string): Store {
  const journal = openJournal(path);
  const counters = journal.table<number>('counters');
  const cached = new Map<string, Table<unknown>>();
  return {
    transact: journal.transact,
    close: journal.close,
    table: <Row>(name: string) => {
      let found = cached.get(name);
      if (!found) cached.set(name, (found = journal.table<unknown>(name)));
      return found as Table<Row>;
    },
    next: (sequence) => {
      const value = (counters.get(sequence) ?? 0) + 1;
      counters.set(sequence, value);
      return value;
    },
    now: () => new Date(Date.now() + (counters.get('clock') ?? 0)),
    advance: (seconds) => counters.set('clock', (counters.get('clock') ?? 0) + seconds * 1000),
  };
}
