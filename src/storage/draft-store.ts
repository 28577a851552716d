import type { Database } from './database';
import { ask, run } from './plain-statement';

/** What a person is composing; `data` is the bot's own, see bot/draft. */
interface Draft {
  readonly id: string;
  /** Which answer the bot waits for. */
  readonly step: string;
  readonly data: unknown;
}

/** A draft as it was read. */
export interface StoredDraft extends Draft {
  /** Another one after each change of the row: the transaction that wrote it, by Postgres' own count. */
  readonly version: string;
}

export type DraftStore = ReturnType<typeof createDraftStore>;

/** One draft a person. Bare SQL, because people wait for it with every message. */
export function createDraftStore(db: Database) {
  return {
    async get(personId: string): Promise<StoredDraft | null> {
      const [row] = await ask<StoredDraft>(db)`
        SELECT id, step, data, xmin::text AS version FROM drafts
        WHERE person_id = ${personId}::uuid`;
      return row ?? null;
    },

    /**
     * Replaces the draft of `version`, or opens the first one where that is null. `data` must be plain
     * JSON. False, and nothing is changed, when the draft is not what was read any more: one statement
     * looks and writes, so of two updates handled at once neither loses what the other brought.
     */
    async save(personId: string, draft: Draft, version: string | null): Promise<boolean> {
      const data = JSON.stringify(draft.data);
      const rows =
        version === null
          ? await run(db)`
              INSERT INTO drafts (person_id, id, step, data, updated_at)
              VALUES (${personId}::uuid, ${draft.id}, ${draft.step}, ${data}::jsonb, now())
              ON CONFLICT (person_id) DO NOTHING`
          : await run(db)`
              UPDATE drafts SET id = ${draft.id}, step = ${draft.step}, data = ${data}::jsonb,
                updated_at = now()
              WHERE person_id = ${personId}::uuid AND xmin::text = ${version}`;
      return rows > 0;
    },

    /** `draftId`: only if it is still this one. */
    async clear(personId: string, draftId?: string): Promise<void> {
      await run(db)`
        DELETE FROM drafts WHERE person_id = ${personId}::uuid
          AND (${draftId ?? null}::text IS NULL OR id = ${draftId ?? null}::text)`;
    },
  };
}
