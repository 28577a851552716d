/** How admins change the catalogue: checked as a whole, audited, and without touching running orders. */
import type { Rate } from '../domain/catalogue';
import {
  problemsOf,
  UnsoundModel,
  type ModelDraft,
  type ProviderAbility,
} from '../domain/model-rules';
import { AppError } from '../domain/errors';
import { Prisma } from '../generated/prisma/client';
import { recordAudit } from './audit-store';
import { modelOf, type CatalogueModel } from './catalogue-store';
import { isUniqueViolation, type Database, type Tx } from './database';
import { columnsOfRate } from './rate-columns';

/** Who changes it and why; `actor` is a Telegram id. */
export interface Act {
  readonly actor: string;
  readonly reason: string;
}

export interface NewModel extends Omit<ModelDraft, 'rate'> {
  readonly priceTokens: bigint;
  readonly surcharge: Omit<Rate, 'base'>;
  readonly active: boolean;
  readonly listed: boolean;
}

/** What is left out stays. A slug, a kind and a provider are for ever: orders refer to them. */
export type ModelChange = Partial<Omit<NewModel, 'slug' | 'kind' | 'provider'>>;

export type CatalogueChanges = ReturnType<typeof createCatalogueChanges>;

/** `abilities`: of every registered provider, also of those that are off. */
export function createCatalogueChanges(db: Database, abilities: readonly ProviderAbility[]) {
  return {
    /** Everything, in the order people see it; what they don't see too. */
    async listAll(): Promise<CatalogueModel[]> {
      const rows = await db.model.findMany({ orderBy: [{ position: 'asc' }, { slug: 'asc' }] });
      return rows.map(modelOf);
    },

    /** Throws {@link UnsoundModel}. */
    async add(model: NewModel, act: Act): Promise<CatalogueModel> {
      return db.$transaction(async (tx) => {
        const { slug, kind, provider } = model;
        if ((await tx.model.count({ where: { slug } })) > 0) throw new UnsoundModel(['exists']);
        await check(tx, abilities, {
          ...model,
          rate: { ...model.surcharge, base: model.priceTokens },
        });
        try {
          const row = await tx.model.create({
            data: { slug, kind, provider, ...columnsOf(model) },
          });
          await audit(tx, { act, action: 'add_model', slug, outcome: wordsOf(model) });
          return modelOf(row);
        } catch (error) {
          if (isUniqueViolation(error)) throw new UnsoundModel(['exists']);
          throw error;
        }
      });
    },

    /** Throws NOT_FOUND, {@link UnsoundModel}. */
    async change(slug: string, change: ModelChange, act: Act): Promise<CatalogueModel> {
      return db.$transaction(async (tx) => {
        // Two admins at once: the second one's change is checked against what the first one made.
        await tx.$queryRaw`SELECT 1 FROM models WHERE slug = ${slug} FOR UPDATE`;
        const row = await tx.model.findUnique({ where: { slug } });
        if (row === null) throw new AppError('NOT_FOUND', `No model ${slug}`);
        const before = modelOf(row);
        const { base: _base, ...surcharge } = before.rate;
        const after: NewModel = { ...before, surcharge, ...present(change) };
        await check(tx, abilities, {
          ...after,
          rate: { ...after.surcharge, base: after.priceTokens },
        });
        const isBack = after.active ? { disabledReason: null, disabledAt: null } : {};
        const changed = await tx.model.update({
          where: { slug },
          data: { ...columnsOf(after), ...isBack },
        });
        await audit(tx, { act, action: 'change_model', slug, outcome: wordsOf(change) });
        return modelOf(changed);
      });
    },
  };
}

function present(change: ModelChange): ModelChange {
  return Object.fromEntries(
    Object.entries(change).filter(([, value]: [string, unknown]) => value !== undefined),
  );
}

async function check(tx: Tx, abilities: readonly ProviderAbility[], model: ModelDraft) {
  const rows = await tx.model.findMany({ where: { slug: { in: [...model.fallback] } } });
  const problems = problemsOf(model, {
    provider: abilities.find(({ id }) => id === model.provider),
    standIns: new Map(rows.map((row) => [row.slug, modelOf(row)])),
  });
  if (problems.length > 0) throw new UnsoundModel(problems);
}

function columnsOf(model: NewModel) {
  return {
    modes: [...model.modes],
    providerModel: model.providerModel,
    name: { ...model.name },
    description: { ...model.description },
    priceTokens: model.priceTokens,
    options: { ...model.options } as Prisma.InputJsonObject,
    surcharge: columnsOfRate(model.surcharge),
    cost: model.cost === null ? Prisma.DbNull : columnsOfRate(model.cost),
    inputsMax: model.inputsMax,
    fallback: [...model.fallback],
    active: model.active,
    listed: model.listed,
    position: model.position,
  };
}

async function audit(
  tx: Tx,
  { act, action, slug, outcome }: { act: Act; action: string; slug: string; outcome: string },
): Promise<void> {
  await recordAudit(tx, { ...act, action, target: `model:${slug}`, outcome });
}

/** What was set, for whoever reads the audit. */
function wordsOf(change: ModelChange): string {
  return JSON.stringify(present(change), (_key, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  ).slice(0, 1_000);
}
