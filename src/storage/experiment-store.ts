/** Experiments on models: which run, and what came of them. */
import { variantProblems, type Variant } from '../domain/experiment';
import { AppError } from '../domain/errors';
import { canStandIn, UnsoundModel } from '../domain/model-rules';
import { recordAudit } from './audit-store';
import type { Act } from './catalogue-changes';
import { modelOf, type CatalogueModel } from './catalogue-store';
import { isUniqueViolation, type Database } from './database';

export interface Experiment {
  readonly id: string;
  readonly model: string;
  readonly variants: readonly Variant[];
  readonly startedAt: Date;
  readonly stoppedAt: Date | null;
}

/** One variant in figures. A generation counts for the variant it began with, whoever made it. */
export interface VariantResult {
  readonly variant: string;
  readonly generations: number;
  readonly people: number;
  readonly delivered: number;
  /** Ended without a result. */
  readonly failed: number;
  /** Made by a stand-in. */
  readonly fellBack: number;
  /** From the order to the result in the chat; null without any. */
  readonly latencyMs50: number | null;
  readonly latencyMs95: number | null;
  /** All that was paid to providers, in micro-dollars. */
  readonly costMicros: bigint;
  /** People who made a second one. */
  readonly repeatPeople: number;
  /** Results that were reported. */
  readonly complaints: number;
}

/** Long enough to spare every order a query, short enough that nobody waits for a start or a stop. */
const knownForMs = 5_000;

interface Wish {
  readonly id: string;
  /** The model people choose and pay for. */
  readonly model: string;
  readonly variants: readonly Variant[];
}

interface Running {
  readonly experiment: Experiment;
  readonly models: readonly CatalogueModel[];
}

export type ExperimentStore = ReturnType<typeof createExperimentStore>;

export function createExperimentStore(db: Database, now: () => number = Date.now) {
  let known: { readonly at: number; readonly running: Promise<Running[]> } | undefined;

  function running(): Promise<Running[]> {
    if (known === undefined || now() - known.at > knownForMs) {
      const found = readRunning(db);
      known = { at: now(), running: found };
      found.catch(() => {
        known = undefined;
      });
    }
    return known.running;
  }

  return {
    /** The experiment that runs on a model, with the models of its variants. */
    async runningOn(slug: string): Promise<Running | undefined> {
      return (await running()).find(({ experiment }) => experiment.model === slug);
    },

    /** The newest first. */
    async list(): Promise<Experiment[]> {
      const rows = await db.experiment.findMany({ orderBy: { startedAt: 'desc' }, take: 50 });
      return rows.map(experimentOf);
    },

    /** Throws {@link UnsoundModel}, NOT_FOUND. */
    async start(wish: Wish, act: Act): Promise<Experiment> {
      await check(db, wish);
      const started = await create(db, wish, act);
      known = undefined;
      return started;
    },

    /** Throws NOT_FOUND when it does not run. */
    async stop(id: string, act: Act): Promise<void> {
      await db.$transaction(async (tx) => {
        const { count } = await tx.experiment.updateMany({
          where: { id, stoppedAt: null },
          data: { stoppedAt: new Date() },
        });
        if (count === 0) throw new AppError('NOT_FOUND', `No running experiment ${id}`);
        await recordAudit(tx, {
          ...act,
          action: 'stop_experiment',
          target: `experiment:${id}`,
          outcome: 'stopped',
        });
      });
      known = undefined;
    },

    /** Throws NOT_FOUND. */
    async results(id: string): Promise<{ experiment: Experiment; results: VariantResult[] }> {
      const row = await db.experiment.findUnique({ where: { id } });
      if (row === null) throw new AppError('NOT_FOUND', `No experiment ${id}`);
      return { experiment: experimentOf(row), results: await readResults(db, id) };
    },
  };
}

async function readRunning(db: Database): Promise<Running[]> {
  const experiments = (await db.experiment.findMany({ where: { stoppedAt: null } })).map(
    experimentOf,
  );
  if (experiments.length === 0) return [];
  const slugs = experiments.flatMap(({ variants }) => variants.map(({ slug }) => slug));
  const models = (await db.model.findMany({ where: { slug: { in: slugs } } })).map(modelOf);
  return experiments.map((experiment) => ({ experiment, models }));
}

async function check(db: Database, wish: Wish): Promise<void> {
  const slugs = [wish.model, ...wish.variants.map(({ slug }) => slug)];
  const models = (await db.model.findMany({ where: { slug: { in: slugs } } })).map(modelOf);
  const model = models.find(({ slug }) => slug === wish.model);
  if (model === undefined) throw new AppError('NOT_FOUND', `No model ${wish.model}`);
  const isAble = (slug: string) => {
    const variant = models.find((known) => known.slug === slug);
    return variant?.active === true && canStandIn(variant, model);
  };
  const problems = [
    ...(/^[a-z0-9][a-z0-9-]{0,39}$/.test(wish.id) ? [] : ['experimentId' as const]),
    ...variantProblems(wish.variants, isAble),
  ];
  if (problems.length > 0) throw new UnsoundModel(problems);
}

async function create(db: Database, { id, model, variants }: Wish, act: Act): Promise<Experiment> {
  try {
    return await db.$transaction(async (tx) => {
      const row = await tx.experiment.create({
        data: {
          id,
          modelSlug: model,
          variants: variants.map(({ slug, weight }) => ({ slug, weight })),
        },
      });
      await recordAudit(tx, {
        ...act,
        action: 'start_experiment',
        target: `experiment:${id}`,
        outcome: `${model}: ${variants.map(({ slug, weight }) => `${slug}=${weight}`).join(' ')}`,
      });
      return experimentOf(row);
    });
  } catch (error) {
    // The id is taken, or another one runs on this model.
    if (isUniqueViolation(error)) throw new UnsoundModel(['experiment']);
    throw error;
  }
}

async function readResults(db: Database, id: string): Promise<VariantResult[]> {
  return db.$queryRaw<VariantResult[]>`
    WITH mine AS (
      SELECT g.*, extract(epoch FROM g.finished_at - g.created_at) * 1000 AS ms,
        count(*) OVER (PARTITION BY g.variant, g.person_id) AS of_person
      FROM generations g WHERE g.experiment = ${id}
    )
    SELECT variant,
      count(*)::int AS generations,
      count(DISTINCT person_id)::int AS people,
      count(*) FILTER (WHERE status IN ('delivered', 'refunded'))::int AS delivered,
      count(*) FILTER (WHERE status IN ('released', 'refused'))::int AS failed,
      count(*) FILTER (WHERE cardinality(tried) > 0)::int AS "fellBack",
      (percentile_disc(0.5) WITHIN GROUP (ORDER BY ms)
        FILTER (WHERE status IN ('delivered', 'refunded')))::int AS "latencyMs50",
      (percentile_disc(0.95) WITHIN GROUP (ORDER BY ms)
        FILTER (WHERE status IN ('delivered', 'refunded')))::int AS "latencyMs95",
      coalesce(sum(cost_micros) FILTER (WHERE spent_on IS NOT NULL), 0)::bigint AS "costMicros",
      count(DISTINCT person_id) FILTER (WHERE of_person > 1)::int AS "repeatPeople",
      count(*) FILTER (WHERE EXISTS (
        SELECT 1 FROM audit a WHERE a.target = 'generation:' || mine.id AND a.action = 'report'
      ))::int AS complaints
    FROM mine GROUP BY variant ORDER BY variant`;
}

function experimentOf(row: {
  readonly id: string;
  readonly modelSlug: string;
  readonly variants: unknown;
  readonly startedAt: Date;
  readonly stoppedAt: Date | null;
}): Experiment {
  const { id, modelSlug, variants, startedAt, stoppedAt } = row;
  return { id, model: modelSlug, variants: variants as Variant[], startedAt, stoppedAt };
}
