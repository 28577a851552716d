import { createHash } from 'node:crypto';
import { AppError } from '../domain/errors';
import type { Asset as AssetRow } from '../generated/prisma/client';
import { isTransparent, readFilm, readInput, readOutput } from './asset-content';
import type { AssetFiles } from './asset-files';
import { lockStorageKey, removeExpired, type RetentionRule } from './asset-retention';
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
  /** When its file was removed because its time was over. */
  readonly removedAt: Date | null;
}

interface NewAsset {
  readonly personId: string;
  readonly role: AssetRole;
  readonly bytes: Buffer;
  readonly isFilm?: boolean;
}

export type AssetStore = ReturnType<typeof createAssetStore>;

export function createAssetStore(db: Database, files: AssetFiles) {
  const find = async (id: string): Promise<Asset> => {
    const row = await db.asset.findUnique({ where: { id } });
    if (row === null) throw new AppError('NOT_FOUND', `No asset ${id}`);
    return assetOf(row);
  };
  return {
    /**
     * An input is a photo unless it is meant to be a film. Throws FILE_TOO_LARGE, FILE_NOT_AN_IMAGE or
     * FILE_NOT_A_FILM for inputs, NO_OUTPUT for outputs.
     */
    async save(file: NewAsset): Promise<Asset> {
      const content = await readerOf(file)(file.bytes);
      const sha256 = createHash('sha256').update(content.bytes).digest('hex');
      const storageKey = storageKeyOf(sha256, content.extension);
      // The file comes first: a row always has its bytes.
      await files.put(storageKey, content.bytes);
      const row = await db.$transaction(async (tx) => {
        await lockStorageKey(tx, storageKey);
        return tx.asset.create({
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
      });
      // The clean-up may have taken an equal file between the two; see asset-retention.
      await files.put(storageKey, content.bytes);
      return assetOf(row);
    },

    /** Throws NOT_FOUND. */
    get: find,

    /** Of an asset or an id. Throws FILE_EXPIRED, and NOT_FOUND also when the file itself is gone. */
    async read(which: Asset | string): Promise<Buffer> {
      const asset = typeof which === 'string' ? await find(which) : which;
      return files.read(keptKey(asset));
    },

    /** Whether a picture is transparent somewhere. Throws FILE_EXPIRED. */
    hasHoles: async (id: string): Promise<boolean> => hasHoles(files, await find(id)),

    /** Throws FILE_EXPIRED when one of them is not kept any more. */
    async assertKept(ids: readonly string[]): Promise<void> {
      const removed = await db.asset.count({
        where: { id: { in: [...ids] }, removedAt: { not: null } },
      });
      if (removed > 0) throw new AppError('FILE_EXPIRED', `${removed} of the files were removed`);
    },

    /** Where the file lies on this machine's disk, if it does. Throws FILE_EXPIRED. */
    pathOf: (asset: Asset): string | undefined => files.pathOf?.(keptKey(asset)),

    removeExpired: (rule: RetentionRule) => removeExpired({ db, files }, rule),

    async rememberFileId(id: string, fileId: string): Promise<void> {
      await db.asset.updateMany({ where: { id }, data: { fileId } });
    },
  };
}

/** Sharded by hash: no folder grows large, and equal files are kept once. */
function storageKeyOf(sha256: string, extension: string): string {
  return [sha256.slice(0, 2), sha256.slice(2, 4), `${sha256}.${extension}`].join('/');
}

function readerOf({ role, isFilm }: NewAsset) {
  if (role === 'output') return readOutput;
  return isFilm === true ? readFilm : readInput;
}

async function hasHoles(files: AssetFiles, asset: Asset): Promise<boolean> {
  const canBe = asset.mediaType === 'image/png' || asset.mediaType === 'image/webp';
  return canBe && isTransparent(await files.read(keptKey(asset)));
}

function keptKey({ id, removedAt, storageKey }: Asset): string {
  if (removedAt === null) return storageKey;
  throw new AppError('FILE_EXPIRED', `The file of asset ${id} was removed`);
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
    removedAt: row.removedAt,
  };
}
