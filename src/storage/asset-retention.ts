/** Removes files whose time is over. Rows stay, so that the history can say what was there. */
import type { AssetFiles } from './asset-files';
import type { Database, Tx } from './database';

export interface RetentionRule {
  /** Files stored before this moment go. */
  readonly before: Date;
  readonly now: Date;
  /** How many at most. */
  readonly limit: number;
}

interface Expired {
  readonly id: string;
  readonly storage_key: string;
}

/** Marks and removes; the number of rows marked. What an open generation needs is left alone. */
export async function removeExpired(
  { db, files }: { readonly db: Database; readonly files: Pick<AssetFiles, 'remove'> },
  { before, now, limit }: RetentionRule,
): Promise<number> {
  const expired = await db.$queryRaw<Expired[]>`
    SELECT a.id, a.storage_key FROM assets a
    WHERE a.removed_at IS NULL AND a.created_at < ${before} AND NOT EXISTS (
      SELECT 1 FROM generations g WHERE g.status IN ('ordered', 'working')
        AND g.person_id = a.person_id
        AND (a.id = ANY(g.input_asset_ids) OR a.id = ANY(g.output_asset_ids)))
    ORDER BY a.created_at LIMIT ${limit}`;
  for (const { id, storage_key: key } of expired) {
    await db.$transaction(async (tx) => {
      await lockStorageKey(tx, key);
      await tx.asset.updateMany({ where: { id, removedAt: null }, data: { removedAt: now } });
      const others = await tx.asset.count({ where: { storageKey: key, removedAt: null } });
      // Last: when it fails, the row is as it was and the next run tries again.
      if (others === 0) await files.remove(key);
    });
  }
  return expired.length;
}

/**
 * Equal files are kept once, so one may be saved again while it is removed. Whoever takes the lock
 * second sees what the first did: the clean-up sees the new row, or the saver writes the file anew
 * after its row.
 */
export async function lockStorageKey(tx: Tx, key: string): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${key}, 0))`;
}
