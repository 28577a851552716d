/** Launch data of the Mini App that was used: a second page that brings the same is refused. */
import type { Database } from './database';

export type MiniAppLaunches = ReturnType<typeof createMiniAppLaunches>;

export interface LaunchUse {
  readonly id: string;
  /** Of the page: the same page may ask again, because an answer can get lost. */
  readonly key: string;
  readonly now: Date;
  /** Older launch data is refused by its age, so what was used before need not be remembered. */
  readonly forgetBefore: Date;
}

export function createMiniAppLaunches(db: Database) {
  return {
    /** Whether this page is the one that may use it. */
    async use({ id, key, now, forgetBefore }: LaunchUse): Promise<boolean> {
      await db.miniAppLaunch.deleteMany({ where: { usedAt: { lt: forgetBefore } } });
      await db.miniAppLaunch.createMany({ data: [{ id, key, usedAt: now }], skipDuplicates: true });
      const { key: first } = await db.miniAppLaunch.findUniqueOrThrow({ where: { id } });
      return first === key;
    },
  };
}
