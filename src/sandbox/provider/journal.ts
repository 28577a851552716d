import { open, readFile, rename, type FileHandle } from 'node:fs/promises';

/** An append-only file of JSON lines; an entry is on the disk when `append` resolves. */
export interface Journal<Entry> {
  append(entry: Entry): Promise<void>;
  close(): Promise<void>;
}

async function readLines(file: string): Promise<string[]> {
  try {
    return (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // A killed process may leave half a line; nobody was answered for it, so it never happened.
    return undefined;
  }
}

/** Reads every whole entry of a journal file, oldest first; an absent file has none. */
export async function readJournal<Entry>(file: string): Promise<Entry[]> {
  const lines = await readLines(file);
  return lines.map(parseLine).filter((entry) => entry !== undefined) as Entry[];
}

async function write(handle: FileHandle, entries: readonly unknown[]): Promise<void> {
  await handle.appendFile(entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
  await handle.datasync();
}

/** Starts the file anew with these entries (so that it doesn't grow for ever) and keeps it open. */
export async function openJournal<Entry>(
  file: string,
  entries: readonly Entry[],
): Promise<Journal<Entry>> {
  const handle = await open(`${file}.new`, 'w');
  await write(handle, entries);
  await rename(`${file}.new`, file);
  let last: Promise<void> = Promise.resolve();
  const append = (entry: Entry): Promise<void> => {
    const written = last.then(() => write(handle, [entry]));
    last = written.catch(() => undefined);
    return written;
  };
  return {
    append,
    async close() {
      await last;
      await handle.close();
    },
  };
}
