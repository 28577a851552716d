import type { Balance } from '../domain/ledger';
import { Prisma } from '../generated/prisma/client';
import type { Database } from './database';
import type { StoredDraft } from './draft-store';
import { balanceOf, type BalanceColumns } from './ledger-balances';
import type { StoredQuestion } from './question-store';
import { meeting, metColumns, metOf } from './person-store';
import type { Introduction, MetPerson, MetRow } from './person-store';
import { ask, run } from './plain-statement';

/** A claim older than this is from a process that died: handling an update takes far less. */
const claimSeconds = 30;

/** `busy`: another process is handling it right now; ask Telegram to repeat it. */
export type Claim = 'claimed' | 'done' | 'busy';

/** What a claimed update needs first. */
export interface Sender {
  readonly person: MetPerson;
  /** The person's draft, open question and tokens when the update came. */
  readonly draft: StoredDraft | null;
  readonly question: StoredQuestion | null;
  readonly balance: Balance;
}

/** What is written down of a draft once its card was shown. */
export interface DraftNote {
  readonly personId: string;
  /** Nothing is noted when the person has another draft by now. */
  readonly draftId: string;
  /** Plain JSON; its fields replace those of the same name in the draft's data. */
  readonly fields: Readonly<Record<string, string>>;
}

export type UpdateStore = ReturnType<typeof createUpdateStore>;

/** Claims of Telegram's update ids, so that a repeated update is handled once. */
export function createUpdateStore(db: Database) {
  return {
    async claim(updateId: bigint): Promise<Claim> {
      const [row] = await ask<ClaimRow>(db)`
        WITH ${claiming(updateId)} SELECT ${claimColumns(updateId)}`;
      return claimOf(row);
    },

    /**
     * Claims an update and, where that worked, meets its sender: one statement, because every update
     * of a person begins with this.
     */
    async receive(
      updateId: bigint,
      from: Introduction,
    ): Promise<{ claim: 'done' | 'busy' } | ({ claim: 'claimed' } & Sender)> {
      const [row] = await ask<ReceivedRow>(db)`
        WITH ${claiming(updateId)},
          ${meeting(from, Prisma.sql`EXISTS (SELECT 1 FROM claimed)`)}
        SELECT ${claimColumns(updateId)}, ${metColumns},
          draft.id AS "draftId", draft.step AS "draftStep", draft.data AS "draftData",
          draft.xmin::text AS "draftVersion",
          question.kind AS "questionKind", question.data AS "questionData", question.asked_at AS "askedAt",
          coalesce(balance.available, 0) AS available, balance.held, balance.debt
        FROM (SELECT) AS nothing
        LEFT JOIN met ON true
        LEFT JOIN drafts AS draft ON draft.person_id = met.id
        LEFT JOIN questions AS question ON question.person_id = met.id
        LEFT JOIN ledger_balances AS balance ON balance.person_id = met.id`;
      const claim = claimOf(row);
      if (row === undefined || claim !== 'claimed') return { claim: claim as 'done' | 'busy' };
      return { claim, ...senderOf(row) };
    },

    /** Closes the claim, and writes down where the update's draft is shown. */
    async done(updateId: bigint, note?: DraftNote): Promise<void> {
      if (note === undefined) {
        await run(db)`${closing(updateId)}`;
        return;
      }
      await run(db)`
        WITH closed AS (${closing(updateId)})
        UPDATE drafts SET data = data || ${JSON.stringify(note.fields)}::jsonb, updated_at = now()
        WHERE person_id = ${note.personId}::uuid AND id = ${note.draftId}`;
    },

    /** Gives the claim up, so that the next repeat is handled at once. */
    async release(updateId: bigint): Promise<void> {
      await run(db)`
        DELETE FROM updates WHERE update_id = ${updateId}::bigint AND done_at IS NULL`;
    },

    /** Forgets claims older than Telegram repeats updates; returns how many. */
    async sweep(olderThan: Date): Promise<number> {
      const { count } = await db.update.deleteMany({ where: { claimedAt: { lt: olderThan } } });
      return count;
    },
  };
}

interface ClaimRow {
  readonly claimed: boolean;
  readonly done: boolean | null;
}

interface ReceivedRow extends ClaimRow, MetRow, BalanceColumns {
  readonly draftId: string | null;
  readonly draftStep: string | null;
  readonly draftData: unknown;
  readonly draftVersion: string | null;
  readonly questionKind: string | null;
  readonly questionData: unknown;
  readonly askedAt: Date | null;
}

function claiming(updateId: bigint): Prisma.Sql {
  return Prisma.sql`
    claimed AS (
      INSERT INTO updates (update_id, claimed_at) VALUES (${updateId}::bigint, now())
      ON CONFLICT (update_id) DO UPDATE SET claimed_at = now()
      WHERE updates.done_at IS NULL
        AND updates.claimed_at < now() - make_interval(secs => ${claimSeconds}::int)
      RETURNING 1
    )`;
}

function claimColumns(updateId: bigint): Prisma.Sql {
  return Prisma.sql`
    EXISTS (SELECT 1 FROM claimed) AS claimed,
    (SELECT done_at IS NOT NULL FROM updates WHERE update_id = ${updateId}::bigint) AS done`;
}

function closing(updateId: bigint): Prisma.Sql {
  return Prisma.sql`UPDATE updates SET done_at = now() WHERE update_id = ${updateId}::bigint`;
}

function claimOf(row: ClaimRow | undefined): Claim {
  if (row?.claimed) return 'claimed';
  return row?.done ? 'done' : 'busy';
}

function senderOf(row: ReceivedRow): Sender {
  const { questionKind, askedAt } = row;
  const person = metOf(row);
  return {
    person,
    draft: draftOf(row),
    question:
      questionKind === null || askedAt === null
        ? null
        : { kind: questionKind, data: row.questionData, askedAt },
    balance: balanceOf(row, person.id),
  };
}

function draftOf(row: ReceivedRow): StoredDraft | null {
  const { draftId: id, draftStep: step, draftVersion: version } = row;
  if (id === null || step === null || version === null) return null;
  return { id, step, data: row.draftData, version };
}
