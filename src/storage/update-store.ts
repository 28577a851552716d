import type { Database } from './database';

/** A claim older than this is from a process that died: handling an update takes far less. */
const claimSeconds = 30;

export type UpdateStore = ReturnType<typeof createUpdateStore>;

/** Claims of Telegram's update ids, so that a repeated update is handled once. */
export function createUpdateStore(db: Database) {
  return {
    /** `busy`: another process is handling it right now; ask Telegram to repeat it. */
    async claim(updateId: bigint): Promise<'claimed' | 'done' | 'busy'> {
      const [row] = await db.$queryRaw<{ claimed: boolean; done: boolean | null }[]>`
        WITH claimed AS (
          INSERT INTO updates (update_id, claimed_at) VALUES (${updateId}::bigint, now())
          ON CONFLICT (update_id) DO UPDATE SET claimed_at = now()
          WHERE updates.done_at IS NULL
            AND updates.claimed_at < now() - make_interval(secs => ${claimSeconds}::int)
          RETURNING 1
        )
        SELECT EXISTS (SELECT 1 FROM claimed) AS claimed,
          (SELECT done_at IS NOT NULL FROM updates WHERE update_id = ${updateId}::bigint) AS done`;
      if (row?.claimed) return 'claimed';
      return row?.done ? 'done' : 'busy';
    },

    async done(updateId: bigint): Promise<void> {
      await db.update.updateMany({ where: { updateId }, data: { doneAt: new Date() } });
    },

    /** Gives the claim up, so that the next repeat is handled at once. */
    async release(updateId: bigint): Promise<void> {
      await db.update.deleteMany({ where: { updateId, doneAt: null } });
    },

    /** Forgets claims older than Telegram repeats updates; returns how many. */
    async sweep(olderThan: Date): Promise<number> {
      const { count } = await db.update.deleteMany({ where: { claimedAt: { lt: olderThan } } });
      return count;
    },
  };
}
