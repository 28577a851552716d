import type { ModelOptions, Rate } from '../domain/catalogue';
import { AppError } from '../domain/errors';
import type { GenerationKind, GenerationMode } from '../domain/generation';
import { tokens, type Tokens } from '../domain/tokens';
import type { Model } from '../generated/prisma/client';
import { recordAudit } from './audit-store';
import type { Database } from './database';
import { columnsOfRate, rateOfColumns } from './rate-columns';

export interface Words {
  readonly en: string;
  readonly ru: string;
}

/** An entry of the catalogue. */
export interface CatalogueModel {
  readonly slug: string;
  readonly kind: GenerationKind;
  readonly modes: readonly GenerationMode[];
  readonly provider: string;
  readonly providerModel: string;
  readonly name: Words;
  readonly description: Words;
  /** The base of its price; `rate` has it too. */
  readonly priceTokens: Tokens;
  /** Its price in tokens by options. */
  readonly rate: Rate;
  readonly options: ModelOptions;
  /** What a job costs the owner in micro-dollars; null when unknown. */
  readonly cost: Rate | null;
  /** How many photos it takes at once. */
  readonly inputsMax: number;
  /** Slugs of the models that stand in for it, best first; some may not exist. */
  readonly fallback: readonly string[];
  /** Off: nobody is served by it, neither directly nor as a variant or a stand-in. */
  readonly active: boolean;
  /** Offered to people; a variant or a mere stand-in is not. */
  readonly listed: boolean;
  /** Why Easel itself switched it off; null when an admin decided. */
  readonly disabledReason: string | null;
  readonly position: number;
}

/** What a provider brings; `provider` is its id. */
export interface SeedEntry extends Pick<
  CatalogueModel,
  'slug' | 'kind' | 'modes' | 'provider' | 'providerModel' | 'name' | 'description'
> {
  readonly priceTokens: bigint;
  readonly surcharge?: Omit<Rate, 'base'>;
  readonly cost?: Rate;
  readonly options?: ModelOptions;
  readonly inputsMax?: number;
  readonly fallback?: readonly string[];
}

export type CatalogueStore = ReturnType<typeof createCatalogueStore>;

export function createCatalogueStore(db: Database) {
  return {
    /** What people are offered. */
    async listActive(filter?: {
      kind?: GenerationKind;
      mode?: GenerationMode;
    }): Promise<CatalogueModel[]> {
      const rows = await db.model.findMany({
        where: {
          active: true,
          listed: true,
          ...(filter?.kind === undefined ? {} : { kind: filter.kind }),
          ...(filter?.mode === undefined ? {} : { modes: { has: filter.mode } }),
        },
        orderBy: [{ position: 'asc' }, { slug: 'asc' }],
      });
      return rows.map(modelOf);
    },

    /** Inactive models too. Throws NOT_FOUND. */
    async get(slug: string): Promise<CatalogueModel> {
      const row = await db.model.findUnique({ where: { slug } });
      if (row === null) throw new AppError('NOT_FOUND', `No model ${slug}`);
      return modelOf(row);
    },

    /** Those that exist, in the order asked for. */
    async getEach(slugs: readonly string[]): Promise<CatalogueModel[]> {
      const rows = await db.model.findMany({ where: { slug: { in: [...slugs] } } });
      return rows
        .map(modelOf)
        .sort((one, other) => slugs.indexOf(one.slug) - slugs.indexOf(other.slug));
    },

    /**
     * Switches a model off because it is gone, and records that. Returns since when it is off, the same
     * for every repeat; undefined when an admin had switched it off before.
     */
    async disable(slug: string, reason: string): Promise<Date | undefined> {
      return db.$transaction(async (tx) => {
        const { count } = await tx.model.updateMany({
          where: { slug, active: true },
          data: { active: false, disabledReason: reason, disabledAt: new Date() },
        });
        if (count === 1) {
          await recordAudit(tx, {
            actor: 'easel',
            action: 'disable_model',
            target: `model:${slug}`,
            reason,
            outcome: 'done',
          });
        }
        const row = await tx.model.findUnique({ where: { slug } });
        return row?.disabledAt ?? undefined;
      });
    },

    /** Adds what is missing and never overwrites: prices and texts are the owner's after that. */
    async seed(models: readonly SeedEntry[]): Promise<void> {
      await db.model.createMany({
        data: models.map((model, position) => ({ ...rowOf(model), position })),
        skipDuplicates: true,
      });
    },
  };
}

function rowOf(model: SeedEntry) {
  return {
    slug: model.slug,
    kind: model.kind,
    modes: [...model.modes],
    provider: model.provider,
    providerModel: model.providerModel,
    name: { ...model.name },
    description: { ...model.description },
    priceTokens: model.priceTokens,
    options: { ...model.options },
    surcharge: columnsOfRate(model.surcharge ?? {}),
    ...(model.cost === undefined ? {} : { cost: columnsOfRate(model.cost) }),
    inputsMax: model.inputsMax ?? 1,
    fallback: [...(model.fallback ?? [])],
  };
}

export function modelOf(row: Model): CatalogueModel {
  return {
    slug: row.slug,
    kind: row.kind as GenerationKind,
    modes: row.modes as GenerationMode[],
    provider: row.provider,
    providerModel: row.providerModel,
    name: row.name as unknown as Words,
    description: row.description as unknown as Words,
    priceTokens: tokens(row.priceTokens),
    rate: rateOfColumns(row.surcharge, row.priceTokens),
    options: row.options as ModelOptions,
    cost: row.cost === null ? null : rateOfColumns(row.cost),
    inputsMax: row.inputsMax,
    fallback: row.fallback,
    active: row.active,
    listed: row.listed,
    disabledReason: row.disabledReason,
    position: row.position,
  };
}
