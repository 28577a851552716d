/** Submits that were still unknown when their generation ended. */
import type { Database } from './database';
import { takeBack } from './submission-store';

export function createLostSubmissionStore(db: Database) {
  return {
    async lostSubmissions(
      endedBefore: Date,
      limit: number,
    ): Promise<{ id: string; provider: string }[]> {
      return db.generation.findMany({
        where: {
          submission: 'submitting',
          status: { in: ['released', 'refused'] },
          finishedAt: { lt: endedBefore },
        },
        // Those that stay unknown must not hide the newer ones for ever.
        orderBy: { createdAt: 'desc' },
        take: limit,
        select: { id: true, provider: true },
      });
    },

    /** The job exists after all; the generation has ended and stays as it is. */
    async submissionFound(id: string, providerJobId: string): Promise<void> {
      await db.generation.updateMany({
        where: { id, submission: 'submitting' },
        data: { submission: 'accepted', providerJobId },
      });
    },

    /** Nothing more can be learnt. `costs`: it may have been paid for, so it stays in the books. */
    async giveUpSubmission(id: string, { costs }: { readonly costs: boolean }): Promise<void> {
      if (!costs) await takeBack(db, id, 'submitting');
      await db.generation.updateMany({
        where: { id, submission: { in: ['submitting', 'none'] } },
        data: { submission: 'lost' },
      });
    },
  };
}
