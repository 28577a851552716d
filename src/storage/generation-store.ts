import { amountOf } from '../domain/catalogue';
import { AppError, type ErrorCode } from '../domain/errors';
import type { GenerationRequest } from '../domain/generation';
import { Prisma } from '../generated/prisma/client';
import type { CatalogueModel } from './catalogue-store';
import type { Database } from './database';
import {
  beginGeneration,
  deliverGeneration,
  releaseGeneration,
  type Released,
} from './generation-endings';
import { refundGeneration } from './generation-refund';
import { findGeneration, generationOf, type Generation } from './generation-row';
import { createLedgerStore } from './ledger-store';
import { createLostSubmissionStore } from './lost-submission-store';
import type { Language } from './person-store';
import { createSubmissionStore } from './submission-store';

export type { Generation } from './generation-row';

/** A model at work, and what it is asked for. */
export interface Serving {
  readonly model: CatalogueModel;
  readonly options: Readonly<Record<string, string>>;
}

/**
 * What a person confirmed. `id` is the draft's, so that a second tap orders nothing new; the options
 * are complete.
 */
export interface Order {
  readonly id: string;
  readonly person: { readonly id: string };
  readonly chatId: bigint;
  readonly language: Language;
  readonly request: GenerationRequest;
  readonly model: CatalogueModel;
  /** A variant that serves it at the model's price. */
  readonly variant?: { readonly experiment: string; readonly serving: Serving };
  readonly statusMessageId?: bigint;
}

export type GenerationStore = ReturnType<typeof createGenerationStore>;

export function createGenerationStore(db: Database) {
  return {
    ...createOrders(db),
    ...createSubmissionStore(db),
    ...createLostSubmissionStore(db),
    begin: beginGeneration.bind(undefined, db),
    deliverAndCommit: deliverGeneration.bind(undefined, db),
    /** See releaseGeneration; `expired` when nobody ended it in time. */
    release: (id: string, code: ErrorCode, options?: { expired?: boolean }): Promise<Released> =>
      releaseGeneration(db, id, { code, expired: options?.expired === true }),
    refund: refundGeneration.bind(undefined, db),

    /** Generations whose reserve is open past its time: their workflow is gone. */
    withOverdueReserve: (now: Date, limit: number): Promise<string[]> =>
      createLedgerStore(db).overdue(now, limit),

    /** Orders of this time that may have no workflow: their process died before it started one. */
    async notBegun(
      limit: number,
      ordered: { readonly after: Date; readonly before: Date },
    ): Promise<Generation[]> {
      const rows = await db.generation.findMany({
        where: { status: 'ordered', createdAt: { gt: ordered.after, lt: ordered.before } },
        orderBy: { createdAt: 'asc' },
        take: limit,
      });
      return rows.map(generationOf);
    },
  };
}

function createOrders(db: Database) {
  return {
    /** Stores the order once and returns what is stored. Throws IDEMPOTENCY_CONFLICT. */
    async order(order: Order): Promise<Generation> {
      await db.generation.createMany({ data: [rowOf(order)], skipDuplicates: true });
      const generation = await findGeneration(db, order.id);
      if (generation.personId !== order.person.id) {
        throw new AppError('IDEMPOTENCY_CONFLICT', `Generation ${order.id} is someone else's`);
      }
      return generation;
    },

    /** Throws NOT_FOUND. */
    get: (id: string): Promise<Generation> => findGeneration(db, id),

    /**
     * Hands it to another model, at the price it has. False when a job may exist where it was, or
     * when somebody else did it before.
     */
    async serveBy(id: string, { from, by }: { from: string; by: Serving }): Promise<boolean> {
      const changed = await db.$executeRaw`
        UPDATE generations SET ${servingColumns(by)}, submit_failures = 0,
          tried = array_append(tried, ${from})
        WHERE id = ${id} AND submission = 'none' AND status IN ('ordered', 'working')
          AND coalesce(served_by, model_slug) = ${from}`;
      return changed === 1;
    },

    async setStatusMessage(id: string, messageId: bigint): Promise<void> {
      await db.generation.updateMany({ where: { id }, data: { statusMessageId: messageId } });
    },

    /** The model the person ordered last for such a wish; undefined when they never did. */
    async lastModel(
      personId: string,
      { kind, mode }: Pick<GenerationRequest, 'kind' | 'mode'>,
    ): Promise<string | undefined> {
      const row = await db.generation.findFirst({
        where: { personId, kind, mode },
        orderBy: { createdAt: 'desc' },
        select: { modelSlug: true },
      });
      return row?.modelSlug;
    },

    /** The newest first; `before` is the id of the last one of the page before. */
    async listByPerson(
      personId: string,
      page: { limit: number; before?: string },
    ): Promise<Generation[]> {
      const rows = await db.generation.findMany({
        where: { personId },
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
        take: page.limit,
        ...(page.before === undefined ? {} : { cursor: { id: page.before }, skip: 1 }),
      });
      return rows.map(generationOf);
    },
  };
}

function rowOf(order: Order) {
  const { id, person, chatId, language, request, model, variant, statusMessageId } = order;
  const serving = variant?.serving ?? { model, options: request.options };
  return {
    id,
    personId: person.id,
    chatId,
    language,
    kind: request.kind,
    mode: request.mode,
    prompt: request.prompt,
    style: request.style ?? null,
    options: { ...request.options },
    inputAssetIds: [...request.inputAssetIds],
    modelSlug: model.slug,
    provider: serving.model.provider,
    providerModel: serving.model.providerModel,
    ...(variant === undefined
      ? {}
      : {
          servedBy: serving.model.slug,
          servedOptions: { ...serving.options },
          experiment: variant.experiment,
          variant: serving.model.slug,
        }),
    // Frozen here: whatever happens to the model's price later, this is what the person agreed to.
    priceTokens: amountOf(model.rate, request.options),
    costMicros: costOf(serving),
    statusMessageId: statusMessageId ?? null,
  };
}

function costOf({ model, options }: Serving): bigint {
  return model.cost === null ? 0n : amountOf(model.cost, options);
}

function servingColumns(by: Serving) {
  return Prisma.sql`served_by = ${by.model.slug}, provider = ${by.model.provider},
    provider_model = ${by.model.providerModel}, cost_micros = ${costOf(by)},
    served_options = ${JSON.stringify(by.options)}::jsonb`;
}
