/**
 * The one irreversible call, guarded: none -> submitting -> accepted. The guard also asks what all
 * workers must agree on: the provider's breaker, its budget and its places.
 */
import { AppError } from '../domain/errors';
import { markReached, type BudgetMark, type Spending } from '../domain/budget';
import type { Database } from './database';
import type { SubmissionState } from './generation-row';
import { ask, run } from './plain-statement';

/** Why a submit may not begin now. */
export type HeldBy =
  /** Switched off by an admin. */
  | 'paused'
  /** Its breaker rests until `untilMs` from now. */
  | 'open'
  /** Its rest is over; who takes the trial may go on. */
  | 'trial'
  /** The job would go beyond the day's or the month's budget. */
  | 'budget'
  /** It has `places` places, and this job holds none. */
  | 'places';

export interface Held {
  readonly heldBy: HeldBy;
  readonly untilMs: number;
  readonly places: number;
}

/** `shaken`: the provider failed lately, so that a success is news. */
export interface Begun {
  readonly begun: true;
  readonly shaken: boolean;
  /** The marks of its budgets that this job's cost reached. */
  readonly reached: readonly {
    readonly period: 'day' | 'month';
    readonly percent: BudgetMark;
    readonly spending: Spending;
  }[];
}

export type Submission = Begun | Held | 'unknown' | { readonly providerJobId: string };

interface GateRow {
  readonly status: string;
  readonly submission: SubmissionState;
  readonly provider_job_id: string | null;
  readonly held_by: HeldBy | null;
  readonly until_ms: number;
  readonly places: number | null;
  readonly begun: boolean;
  readonly shaken: boolean;
  readonly day_budget: bigint | null;
  readonly month_budget: bigint | null;
  readonly other_days: bigint;
  readonly cost_micros: bigint;
  readonly day_micros: bigint | null;
}

interface SubmissionOptions {
  /** How many jobs the provider's adapter allows at once; an owner's number in the database wins. */
  readonly places?: number | undefined;
  /** The caller holds the trial of a breaker that rested. */
  readonly isTrial?: boolean;
}

export function createSubmissionStore(db: Database) {
  return {
    ...createResults(db),

    /**
     * Begins the submit, in one statement with counting its cost, unless something holds it. `unknown`:
     * an earlier submit began and its answer never came. With an id: it was accepted before. Throws
     * CANCELLED when the generation ended meanwhile.
     */
    async startSubmission(id: string, options: SubmissionOptions = {}): Promise<Submission> {
      const [row] = await passGate(db, id, options);
      if (row === undefined) throw new AppError('NOT_FOUND', `No generation ${id}`);
      if (row.begun) return begunOf(row);
      if (row.provider_job_id !== null) return { providerJobId: row.provider_job_id };
      if (row.submission === 'submitting') return 'unknown';
      if (row.status !== 'working' || row.submission !== 'none') {
        throw new AppError('CANCELLED', `Generation ${id} is ${row.status}`);
      }
      // Held by the budget when nothing else speaks against it: its row was full at the last moment.
      return { heldBy: row.held_by ?? 'budget', untilMs: row.until_ms, places: row.places ?? 0 };
    },

    /** With outputs when the provider answered with the result itself. */
    async submissionAccepted(
      id: string,
      providerJobId: string,
      outputAssetIds: readonly string[] = [],
    ): Promise<void> {
      await db.generation.updateMany({
        where: { id },
        data: {
          submission: 'accepted',
          providerJobId,
          ...(outputAssetIds.length === 0 ? {} : { outputAssetIds: [...outputAssetIds] }),
        },
      });
      if (outputAssetIds.length > 0) await keepOutputs(db, id, outputAssetIds);
    },

    /**
     * The provider definitely did not take the job: it costs nothing, holds no place and may be
     * submitted again. Returns how many times in a row that happened at this provider.
     */
    submissionReset: (id: string): Promise<number> => takeBack(db, id, 'submitting'),

    /** The provider said that the job failed on its side: another one may be begun, anywhere. */
    async jobFailed(id: string): Promise<void> {
      await takeBack(db, id, 'accepted');
    },

    /** The call ended without a readable answer: nobody is calling any more, and a job may exist. */
    async submissionLost(id: string): Promise<void> {
      await db.generation.updateMany({
        where: { id, submission: 'submitting' },
        data: { submittingAt: null },
      });
    },

    /** A call that never began, for example because the provider rests, counts as refused too. */
    async submissionPutOff(id: string): Promise<number> {
      const [row] = await db.generation.updateManyAndReturn({
        where: { id, submission: 'none' },
        data: { submitFailures: { increment: 1 } },
        select: { submitFailures: true },
      });
      return row?.submitFailures ?? 0;
    },
  };
}

/** What the provider has to show for it. */
function createResults(db: Database) {
  return {
    /** True when it is news: progress shown to a person never goes back. */
    async showProgress(id: string, percent: number): Promise<boolean> {
      const progress = Math.min(100, Math.max(0, Math.round(percent)));
      const { count } = await db.generation.updateMany({
        where: { id, status: 'working', progress: { lt: progress } },
        data: { progress },
      });
      return count === 1;
    },

    async storeOutputs(id: string, assetIds: readonly string[]): Promise<void> {
      await keepOutputs(db, id, assetIds);
    },
  };
}

/** Undoes a submit whole: the cost, the place and the job's id. */
export async function takeBack(
  db: Database,
  id: string,
  from: 'submitting' | 'accepted',
): Promise<number> {
  const [row] = await ask<{ refusals: number }>(db)`
        WITH before AS (
          SELECT id, spent_on FROM generations
          WHERE id = ${id} AND submission = ${from} FOR UPDATE
        ), reset AS (
          UPDATE generations g
          SET submission = 'none', provider_job_id = NULL, submit_failures = g.submit_failures + 1, spent_on = NULL
          FROM before WHERE g.id = before.id
          RETURNING g.provider, g.cost_micros, g.submit_failures, before.spent_on
        ), returned AS (
          UPDATE provider_spend p SET micros = p.micros - reset.cost_micros, jobs = p.jobs - 1
          FROM reset WHERE p.provider = reset.provider AND p.day = reset.spent_on
            AND reset.cost_micros > 0
        ), left_place AS (
          DELETE FROM provider_leases WHERE generation_id IN (SELECT id FROM before)
        )
        SELECT submit_failures AS refusals FROM reset`;
  return row?.refusals ?? 0;
}

/** What is made needs no place at its provider any more. */
async function keepOutputs(db: Database, id: string, assetIds: readonly string[]): Promise<void> {
  await run(db)`
    WITH left_place AS (DELETE FROM provider_leases WHERE generation_id = ${id})
    UPDATE generations SET output_asset_ids = ${[...assetIds]}::uuid[] WHERE id = ${id}`;
}

/**
 * One statement, so that a submit costs no more round trips than its guard always did. The row of the
 * day's spending is the lock of the budget: whoever comes second sees what the first one spent.
 */
function passGate(
  db: Database,
  id: string,
  { places, isTrial = false }: SubmissionOptions,
): Promise<GateRow[]> {
  return ask<GateRow>(db)`
    WITH wanted AS (
      SELECT id, provider, cost_micros, status, submission, provider_job_id
      FROM generations WHERE id = ${id} FOR UPDATE
    ), today AS (
      SELECT (now() AT TIME ZONE 'utc')::date AS day
    ), gate AS (
      SELECT w.*, today.day, s.budget_day_micros AS day_budget, s.budget_month_micros AS month_budget,
        coalesce(s.failures, 0) > 0 OR s.open_until IS NOT NULL AS shaken,
        coalesce(s.concurrency_max, ${places ?? null}::int) AS places,
        spent.other_days,
        coalesce(ceil(extract(epoch FROM s.open_until - now()) * 1000), 0)::int AS until_ms,
        CASE
          WHEN s.paused THEN 'paused'
          WHEN s.open_until > now() THEN 'open'
          WHEN s.open_until IS NOT NULL AND NOT ${isTrial}::boolean THEN 'trial'
          WHEN least(s.budget_day_micros, s.budget_month_micros) IS NOT NULL
            AND w.cost_micros > least(s.budget_day_micros, s.budget_month_micros - spent.other_days)
            THEN 'budget'
          WHEN coalesce(s.concurrency_max, ${places ?? null}::int) IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM provider_leases l
            WHERE l.generation_id = w.id AND l.provider = w.provider AND l.expires_at > now()
          ) THEN 'places'
        END AS held_by
      FROM wanted w CROSS JOIN today
        LEFT JOIN provider_states s ON s.provider = w.provider
        CROSS JOIN LATERAL (
          SELECT coalesce(sum(p.micros), 0)::bigint AS other_days FROM provider_spend p
          WHERE s.budget_month_micros IS NOT NULL AND p.provider = w.provider
            AND p.day >= date_trunc('month', today.day)::date AND p.day < today.day
        ) spent
    ), ready AS (
      SELECT * FROM gate WHERE held_by IS NULL AND submission = 'none' AND status = 'working'
    ), counted AS (
      INSERT INTO provider_spend AS p (provider, day, micros, jobs)
      SELECT provider, day, cost_micros, 1 FROM ready WHERE cost_micros > 0
      ON CONFLICT (provider, day) DO UPDATE
        SET micros = p.micros + excluded.micros, jobs = p.jobs + 1
        WHERE p.micros + excluded.micros <= coalesce((
          SELECT least(day_budget, month_budget - other_days) FROM ready), p.micros + excluded.micros)
      RETURNING p.micros
    ), begun AS (
      UPDATE generations g SET submission = 'submitting', submitting_at = now(), spent_on = ready.day
      FROM ready WHERE g.id = ready.id
        AND (ready.cost_micros = 0 OR EXISTS (SELECT 1 FROM counted))
      RETURNING g.id
    )
    SELECT status, submission, provider_job_id, cost_micros, held_by, until_ms, places, shaken,
      day_budget, month_budget, other_days,
      EXISTS (SELECT 1 FROM begun) AS begun, (SELECT micros FROM counted) AS day_micros
    FROM gate`;
}

function begunOf(row: GateRow): Begun {
  const { day_micros: today, other_days: otherDays, cost_micros: cost } = row;
  const day = { micros: today ?? 0n, budgetMicros: row.day_budget };
  const month = { micros: day.micros + otherDays, budgetMicros: row.month_budget };
  const reached = (['day', 'month'] as const).flatMap((period) => {
    const spending = period === 'day' ? day : month;
    const percent = markReached(spending);
    const before = markReached({ ...spending, micros: spending.micros - cost });
    return percent === undefined || percent === before ? [] : [{ period, percent, spending }];
  });
  return { begun: true, shaken: row.shaken, reached };
}
