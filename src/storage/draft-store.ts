import type { Database } from './database';

/** What a person is composing; `data` is the bot's own, see bot/draft. */
export interface StoredDraft {
  readonly id: string;
  /** Which answer the bot waits for. */
  readonly step: string;
  readonly data: unknown;
}

export type DraftStore = ReturnType<typeof createDraftStore>;

/** One draft a person. Bare SQL, because people wait for it with every message. */
export function createDraftStore(db: Database) {
  return {
    async get(personId: string): Promise<StoredDraft | null> {
      const [row] = await db.$queryRaw<StoredDraft[]>`
        SELECT id, step, data FROM drafts WHERE person_id = ${personId}::uuid`;
      return row ?? null;
    },

    /** `data` must be plain JSON. */
    async save(personId: string, draft: StoredDraft): Promise<void> {
      const data = JSON.stringify(draft.data);
      await db.$executeRaw`
        INSERT INTO drafts (person_id, id, step, data, updated_at)
        VALUES (${personId}::uuid, ${draft.id}, ${draft.step}, ${data}::jsonb, now())
        ON CONFLICT (person_id) DO UPDATE SET
          id = excluded.id, step = excluded.step, data = excluded.data,
          updated_at = excluded.updated_at`;
    },

    /** `draftId`: only if it is still this one. */
    async clear(personId: string, draftId?: string): Promise<void> {
      await db.$executeRaw`
        DELETE FROM drafts WHERE person_id = ${personId}::uuid
          AND (${draftId ?? null}::text IS NULL OR id = ${draftId ?? null}::text)`;
    },
  };
}
