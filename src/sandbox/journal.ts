import { closeSync, existsSync, fsyncSync, mkdirSync, openSync } from 'node:fs';
import { readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** One change of one row: a value puts it, no value deletes it. */
type Change = readonly [table: string, key: string, value?: unknown];

/** Rows are never changed in place: read one, build the next, set it. */
export interface Table<Row> {
  get(key: string | number): Row | undefined;
  set(key: string | number, row: Row): void;
  delete(key: string | number): void;
  /** Rows in the order in which their keys were first set. */
  values(): IterableIterator<Row>;
  entries(): IterableIterator<[string, Row]>;
  readonly size: number;
}

export interface Journal {
  table<Row>(name: string): Table<Row>;
  /** All changes made by `work` reach the file as one line, or none of them if it throws. */
  transact<T>(work: () => T): T;
  close(): void;
}

type Rows = Map<string, unknown>;

function applyChange(tables: Map<string, Rows>, [table, key, value]: Change): void {
  let rows = tables.get(table);
  if (!rows) tables.set(table, (rows = new Map<string, unknown>()));
  if (value === undefined) rows.delete(key);
  else rows.set(key, value);
}

/** A line that does not parse is what a killed process left behind: everything before it counts. */
function load(path: string): Map<string, Rows> {
  const tables = new Map<string, Rows>();
  if (!existsSync(path)) return tables;
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    if (line === '') continue;
    let changes: Change[];
    try {
      changes = JSON.parse(line) as Change[];
    } catch {
      break;
    }
    for (const change of changes) applyChange(tables, change);
  }
  return tables;
}

/** Rewrites the file with one line per live row; the rename makes it all or nothing. */
function compact(path: string, tables: Map<string, Rows>): void {
  const fresh = `${path}.new`;
  const fd = openSync(fresh, 'w', 0o600);
  for (const [table, rows] of tables) {
    for (const [key, value] of rows) writeSync(fd, `${JSON.stringify([[table, key, value]])}\n`);
  }
  fsyncSync(fd);
  closeSync(fd);
  renameSync(fresh, path);
}

/**
 * Tables of rows in memory, kept by an append-only file: state is the fold of its lines. Appends
 * are synchronous, so what was answered to a client is in the file even if the process is killed.
 */
export function openJournal(path: string): Journal {
  mkdirSync(dirname(path), { recursive: true });
  const tables = load(path);
  compact(path, tables);
  const fd = openSync(path, 'a', 0o600);
  let pending: Change[] | undefined;
  let undo: Change[] = [];

  function change(table: string, key: string, value?: unknown): void {
    const entry: Change = value === undefined ? [table, key] : [table, key, value];
    if (!pending) {
      writeSync(fd, `${JSON.stringify([entry])}\n`);
    } else {
      undo.push([table, key, tables.get(table)?.get(key)]);
      pending.push(entry);
    }
    applyChange(tables, entry);
  }

  function transact<T>(work: () => T): T {
    if (pending) return work();
    pending = [];
    undo = [];
    try {
      const result = work();
      if (pending.length > 0) writeSync(fd, `${JSON.stringify(pending)}\n`);
      return result;
    } catch (error) {
      for (const entry of undo.reverse()) applyChange(tables, entry);
      throw error;
    } finally {
      pending = undefined;
    }
  }

  function table<Row>(name: string): Table<Row> {
    if (!tables.has(name)) tables.set(name, new Map());
    const rows = tables.get(name) as Map<string, Row>;
    return {
      get: (key) => rows.get(String(key)),
      set: (key, row) => change(name, String(key), row),
      delete: (key) => {
        if (rows.has(String(key))) change(name, String(key));
      },
      values: () => rows.values(),
      entries: () => rows.entries(),
      get size() {
        return rows.size;
      },
    };
  }

  return { table, transact, close: () => closeSync(fd) };
}
