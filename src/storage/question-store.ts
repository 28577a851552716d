import type { Prisma } from '../generated/prisma/client';
import type { Database } from './database';

/** What the bot asked a person for; `data` is the bot's own, see bot/questions. */
export interface StoredQuestion {
  readonly kind: string;
  readonly data: unknown;
  readonly askedAt: Date;
}

export type QuestionStore = ReturnType<typeof createQuestionStore>;

/** One open question a person; an update brings it along, see update-store. Apart from the draft, which must survive a top-up on the way. */
export function createQuestionStore(db: Database) {
  return {
    /** `data` must be plain JSON. */
    async ask(personId: string, question: StoredQuestion): Promise<void> {
      const { kind, askedAt } = question;
      const fields = { kind, askedAt, data: question.data as Prisma.InputJsonValue };
      await db.question.upsert({
        where: { personId },
        create: { personId, ...fields },
        update: fields,
      });
    },

    async clear(personId: string): Promise<void> {
      await db.question.deleteMany({ where: { personId } });
    },
  };
}
