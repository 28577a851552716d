import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, unlink, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { AppError } from '../domain/errors';

/** Where the bytes of assets are kept. Keys come from the asset store. */
export interface AssetFiles {
  /** Keeps the bytes under the key; the same key again is the same bytes. */
  put(key: string, bytes: Buffer): Promise<void>;
  /** Throws NOT_FOUND. */
  read(key: string): Promise<Buffer>;
  /** A file that is gone already counts as removed. */
  remove(key: string): Promise<void>;
  /** An address that gives the file to whoever has it, for a while; where the store makes such. */
  link?(key: string, as: LinkedFile): Promise<string>;
  /** Where the file lies on this machine's disk, if it does. */
  pathOf?(key: string): string;
}

/** How a link gives its file. `filename` is plain ASCII without quotes. */
export interface LinkedFile {
  readonly mediaType: string;
  readonly filename: string;
  /** How long the link works. */
  readonly seconds: number;
}

/** What the asset store makes: two levels of folders, then the content's hash. */
const keyPattern = /^[0-9a-f]{2}\/[0-9a-f]{2}\/[0-9a-f]{64}\.[a-z0-9]+$/;

/** Throws INVALID_INPUT for what the asset store did not make. */
export function assertStorageKey(key: string): void {
  if (!keyPattern.test(key)) throw new AppError('INVALID_INPUT', 'Not a storage key');
}

export function createLocalAssetFiles(folder: string): Required<Omit<AssetFiles, 'link'>> {
  const pathOf = (key: string): string => {
    assertStorageKey(key);
    return resolve(folder, key);
  };
  return {
    pathOf,

    async put(key, bytes) {
      const path = pathOf(key);
      if (await hasSize(path, bytes.length)) return;
      await mkdir(dirname(path), { recursive: true });
      // Written beside and renamed: a crash leaves a stray file, never half an asset.
      const draft = `${path}.${randomUUID()}`;
      try {
        await writeFile(draft, bytes, { flush: true });
        await rename(draft, path);
      } catch (error) {
        await unlink(draft).catch(() => undefined);
        throw error;
      }
    },

    async read(key) {
      try {
        return await readFile(pathOf(key));
      } catch (error) {
        if (!isMissing(error)) throw error;
        throw new AppError('NOT_FOUND', `The file ${key} is gone`, { cause: error });
      }
    },

    async remove(key) {
      await rm(pathOf(key), { force: true });
    },
  };
}

async function hasSize(path: string, size: number): Promise<boolean> {
  try {
    return (await stat(path)).size === size;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  // By its shape: Node's own errors may belong to another realm than ours.
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';
}
