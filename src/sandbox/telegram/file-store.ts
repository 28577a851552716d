import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileKind, FileRow, State } from './state';

export type NewFile = Omit<FileRow, 'uniqueId' | 'size'> & { readonly bytes: Buffer };

/** Files of all bots and people: rows in the journal, bytes in a folder. */
export interface FileStore {
  save(file: NewFile): FileRow;
  read(uniqueId: string): Promise<Buffer>;
  /** Where the bytes are, for serving. */
  pathOf(uniqueId: string): string;
}

/** Real ids start with letters that tell the kind; clients are known to look at them. */
const prefixes: Readonly<Record<FileKind, string>> = {
  photo: 'AgAC',
  thumbnail: 'AAMC',
  video: 'BAAC',
  animation: 'CgAC',
  document: 'BQAC',
  audio: 'CQAC',
  voice: 'AwAC',
  sticker: 'CAAC',
};

function checksum(text: string): string {
  return createHash('sha256').update(`file_id:${text}`).digest('hex').slice(0, 8);
}

/** A `file_id` belongs to one bot; the same file has the same `file_unique_id` for all. */
export function fileId(botId: number, file: Pick<FileRow, 'uniqueId' | 'kind'>): string {
  const text = `${botId}.${file.uniqueId}`;
  const packed = Buffer.from(`${text}.${checksum(text)}`).toString('base64url');
  return `${prefixes[file.kind]}${packed}`;
}

/** The bot and file of an id, undefined when it was not made here. */
export function parseFileId(id: string): { botId: number; uniqueId: string } | undefined {
  const [bot, uniqueId, check] = Buffer.from(id.slice(4), 'base64url').toString('utf8').split('.');
  if (bot === undefined || uniqueId === undefined) return undefined;
  if (check !== checksum(`${bot}.${uniqueId}`)) return undefined;
  return { botId: Number(bot), uniqueId };
}

export function createFileStore(state: State, folder: string): FileStore {
  mkdirSync(folder, { recursive: true });
  const pathOf = (uniqueId: string): string => join(folder, uniqueId);

  function save({ bytes, ...row }: NewFile): FileRow {
    const digest = createHash('sha256').update(JSON.stringify(row)).update(bytes).digest();
    const uniqueId = `AQAD${digest.toString('base64url').replaceAll('-', 'x').slice(0, 20)}`;
    const known = state.files.get(uniqueId);
    if (known && existsSync(pathOf(uniqueId))) return known;
    // The rename keeps a file which a kill cut short from ever being taken for a whole one.
    writeFileSync(`${pathOf(uniqueId)}.new`, bytes);
    renameSync(`${pathOf(uniqueId)}.new`, pathOf(uniqueId));
    const saved: FileRow = { ...row, uniqueId, size: bytes.length };
    state.files.set(uniqueId, saved);
    return saved;
  }

  return { save, pathOf, read: (uniqueId) => readFile(pathOf(uniqueId)) };
}
