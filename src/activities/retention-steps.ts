/** A chore of the housekeeping schedule: files are kept only as long as the owner wants. */
import type { Logger } from '../observability/logger';
import type { AssetStore } from '../storage/asset-store';
import { withMappedFailures } from './failure';

export interface RetentionStepsDeps {
  readonly assets: Pick<AssetStore, 'removeExpired'>;
  /** Days after which files are removed; 0 keeps them. */
  readonly keepFilesDays: number;
  readonly now: () => Date;
  readonly logger: Logger;
}

const dayMs = 24 * 60 * 60 * 1000;
/** So that a run ends in time; the next one goes on. */
const filesAtOnce = 300;

export type RetentionSteps = ReturnType<typeof createRetentionSteps>;

export function createRetentionSteps({ assets, keepFilesDays, now, logger }: RetentionStepsDeps) {
  return withMappedFailures({
    async removeExpiredFiles(): Promise<void> {
      if (keepFilesDays === 0) return;
      const moment = now();
      const before = new Date(moment.getTime() - keepFilesDays * dayMs);
      const removed = await assets.removeExpired({ before, now: moment, limit: filesAtOnce });
      if (removed > 0) logger.info({ removed }, 'Files whose time was over were removed');
    },
  });
}
