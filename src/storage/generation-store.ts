import { amountOf } from '../domain/catalogue';
import { AppError, type ErrorCode } from '../domain/errors';
import type { GenerationRequest } from '../domain/generation';
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
import type { Language } from './person-store';

export type { Generation } from './generation-row';

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
  readonly statusMessageId?: bigint;
}

export type GenerationStore = ReturnType<typeof createGenerationStore>;

export function createGenerationStore(db: Database) {
  return {
    ...createOrders(db),
    ...createSubmissions(db),
    begin: beginGeneration.bind(undefined, db),
    deliverAndCommit: deliverGeneration.bind(undefined, db),
    /** See releaseGeneration; `expired` when nobody ended it in time. */
    release: (id: string, code: ErrorCode, options?: { expired?: boolean }): Promise<Released> =>
      releaseGeneration(db, id, { code, expired: options?.expired === true }),
    refund: refundGeneration.bind(undefined, db),

    /** Generations whose reserve is open past its time: their workflow is gone. */
    withOverdueReserve: (now: Date, limit: number): Promise<string[]> =>
      createLedgerStore(db).overdue(now, limit),
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

    async setStatusMessage(id: string, messageId: bigint): Promise<void> {
      await db.generation.updateMany({ where: { id }, data: { statusMessageId: messageId } });
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

/** The one irreversible call, guarded: none -> submitting -> accepted. */
function createSubmissions(db: Database) {
  return {
    /**
     * `go`: submit now. `unknown`: an earlier submit began and its answer never came. With an id: it
     * was accepted before. Throws CANCELLED when the generation ended meanwhile.
     */
    async startSubmission(id: string): Promise<'go' | 'unknown' | { providerJobId: string }> {
      const { count } = await db.generation.updateMany({
        where: { id, submission: 'none', status: 'working' },
        data: { submission: 'submitting' },
      });
      if (count === 1) return 'go';
      const row = await db.generation.findUnique({ where: { id } });
      if (row === null) throw new AppError('NOT_FOUND', `No generation ${id}`);
      if (row.providerJobId !== null) return { providerJobId: row.providerJobId };
      if (row.submission === 'submitting') return 'unknown';
      throw new AppError('CANCELLED', `Generation ${id} is ${row.status}`);
    },

    async submissionAccepted(id: string, providerJobId: string): Promise<void> {
      await db.generation.updateMany({
        where: { id },
        data: { submission: 'accepted', providerJobId },
      });
    },

    /** The provider definitely did not take the job; it may be submitted again. */
    async submissionReset(id: string): Promise<void> {
      await db.generation.updateMany({
        where: { id, submission: 'submitting' },
        data: { submission: 'none' },
      });
    },

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
      await db.generation.updateMany({ where: { id }, data: { outputAssetIds: [...assetIds] } });
    },
  };
}

function rowOf({ id, person, chatId, language, request, model, statusMessageId }: Order) {
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
    provider: model.provider,
    providerModel: model.providerModel,
    // Frozen here: whatever happens to the model's price later, this is what the person agreed to.
    priceTokens: amountOf(model.rate, request.options),
    costMicros: model.cost === null ? 0n : amountOf(model.cost, request.options),
    statusMessageId: statusMessageId ?? null,
  };
}
