import { AppError } from '../domain/errors';
import type { GenerationKind, GenerationMode } from '../domain/generation';
import { tokens, type Tokens } from '../domain/tokens';
import type { Model } from '../generated/prisma/client';
import type { Database } from './database';

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
  readonly priceTokens: Tokens;
  readonly active: boolean;
  readonly position: number;
}

/** What a provider brings; `provider` is its id. */
export interface SeedEntry extends Omit<CatalogueModel, 'active' | 'position' | 'priceTokens'> {
  readonly priceTokens: bigint;
}

export type CatalogueStore = ReturnType<typeof createCatalogueStore>;

export function createCatalogueStore(db: Database) {
  return {
    async listActive(filter?: {
      kind?: GenerationKind;
      mode?: GenerationMode;
    }): Promise<CatalogueModel[]> {
      const rows = await db.model.findMany({
        where: {
          active: true,
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

    /** Adds what is missing and never overwrites: prices and texts are the owner's after that. */
    async seed(models: readonly SeedEntry[]): Promise<void> {
      await db.model.createMany({
        data: models.map((model, position) => ({
          slug: model.slug,
          kind: model.kind,
          modes: [...model.modes],
          provider: model.provider,
          providerModel: model.providerModel,
          name: { ...model.name },
          description: { ...model.description },
          priceTokens: model.priceTokens,
          position,
        })),
        skipDuplicates: true,
      });
    },
  };
}

function modelOf(row: Model): CatalogueModel {
  return {
    slug: row.slug,
    kind: row.kind as GenerationKind,
    modes: row.modes as GenerationMode[],
    provider: row.provider,
    providerModel: row.providerModel,
    name: row.name as unknown as Words,
    description: row.description as unknown as Words,
    priceTokens: tokens(row.priceTokens),
    active: row.active,
    position: row.position,
  };
}
