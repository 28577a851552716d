import { createHash } from 'node:crypto';
import { AppError } from '../domain/errors';
import type { Asset as AssetRow } from '../generated/prisma/client';
import { readInput, readOutput } from './asset-content';
import type { AssetFiles } from './asset-files';
import type { Database } from './database';

/** input: what a person sent. output: what a provider made. */
export type AssetRole = 'input' | 'output';

export interface Asset {
  readonly id: string;
  readonly personId: string;
  readonly role: AssetRole;
  readonly mediaType: string;
  readonly bytes: number;
  readonly width: number | null;
  readonly height: number | null;
  readonly sha256: string;
  readonly storageKey: string;
  /** Telegram's file_id after the first upload. */
  readonly fileId: string | null;
}

export type AssetStore = ReturnType<typeof createAssetStore>;

export function createAssetStore(db: Database, files: AssetFiles) {
  const find = async (id: string): Promise<Asset> => {
    const row = await db.asset.findUnique({ where: { id } });
    if (row === null) throw new AppError('NOT_FOUND', `No asset ${id}`);
    return assetOf(row);
  };
  return {
    /** Throws FILE_TOO_LARGE or FILE_NOT_AN_IMAGE for inputs, NO_OUTPUT for outputs. */
    async save(file: { personId: string; role: AssetRole; bytes: Buffer }): Promise<Asset> {
      const content = await (file.role === 'input' ? readInput : readOutput)(file.bytes);
      const sha256 = createHash('sha256').update(content.bytes).digest('hex');
      // Sharded by hash: no folder grows large, and equal files are kept once.
      const storageKey = [
        sha256.slice(0, 2),
        sha256.slice(2, 4),
        `${sha256}.${content.extension}`,
      ].join('/');
      // The file comes first: a row always has its bytes.
      await files.put(storageKey, content.bytes);
      const row = await db.asset.create({
        data: {
          personId: file.personId,
          role: file.role,
          mediaType: content.mediaType,
          bytes: content.bytes.length,
          width: content.width,
          height: content.height,
          sha256,
          storageKey,
        },
      });
      return assetOf(row);
    },

    /** Throws NOT_FOUND. */
    get: find,

    /** Of an asset or an id. Throws NOT_FOUND, also when the file itself is gone. */
    async read(which: Pick<Asset, 'storageKey'> | string): Promise<Buffer> {
      const { storageKey } = typeof which === 'string' ? await find(which) : which;
      return files.read(storageKey);
    },

    async rememberFileId(id: string, fileId: string): Promise<void> {
      await db.asset.updateMany({ where: { id }, data: { fileId } });
    },
  };
}

function assetOf(row: AssetRow): Asset {
  return {
    id: row.id,
    personId: row.personId,
    role: row.role as AssetRole,
    mediaType: row.mediaType,
    bytes: row.bytes,
    width: row.width,
    height: row.height,
    sha256: row.sha256,
    storageKey: row.storageKey,
    fileId: row.fileId,
  };
}
