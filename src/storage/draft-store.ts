import type { Prisma } from '../generated/prisma/client';
import type { Database } from './database';

/** What a person is composing; `data` is the bot's own, see bot/draft. */
export interface StoredDraft {
  readonly id: string;
  /** Which answer the bot waits for. */
  readonly step: string;
  readonly data: unknown;
}

export type DraftStore = ReturnType<typeof createDraftStore>;

/** One draft a person. */
export function createDraftStore(db: Database) {
  return {
    async get(personId: string): Promise<StoredDraft | null> {
      return db.draft.findUnique({
        where: { personId },
        select: { id: true, step: true, data: true },
      });
    },

    /** `data` must be plain JSON. */
    async save(personId: string, draft: StoredDraft): Promise<void> {
      const fields = { id: draft.id, step: draft.step, data: draft.data as Prisma.InputJsonValue };
      await db.draft.upsert({
        where: { personId },
        create: { personId, ...fields },
        update: fields,
      });
    },

    async clear(personId: string): Promise<void> {
      await db.draft.deleteMany({ where: { personId } });
    },
  };
}
