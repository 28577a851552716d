import { AppError, type ErrorCode } from '../domain/errors';
import type {
  GenerationKind,
  GenerationMode,
  GenerationRequest,
  GenerationStatus,
  PhotoStyle,
} from '../domain/generation';
import { tokens, type Tokens } from '../domain/tokens';
import type { Generation as GenerationRow } from '../generated/prisma/client';
import type { Database, Tx } from './database';
import { asLanguage, type Language } from './person-store';

/**
 * The one irreversible call, guarded. `submitting`: it began and no answer is written down; `lost`: it
 * was looked for later and not found, or nobody can look.
 */
export type SubmissionState = 'none' | 'submitting' | 'accepted' | 'lost';

export interface Generation {
  readonly id: string;
  readonly personId: string;
  readonly chatId: bigint;
  readonly language: Language;
  readonly request: GenerationRequest;
  readonly modelSlug: string;
  /** Who makes it; a variant or a stand-in may take over from the ordered model, at the same price. */
  readonly provider: string;
  readonly providerModel: string;
  /** The model that serves it; the ordered one until another takes over. */
  readonly servedBy: string;
  /** What that model is asked for. */
  readonly servedOptions: Readonly<Record<string, string>>;
  /** Models that could not serve it. */
  readonly tried: readonly string[];
  readonly experiment: { readonly id: string; readonly variant: string } | null;
  readonly priceTokens: Tokens;
  readonly refundedTokens: Tokens;
  readonly status: GenerationStatus;
  /** Why it was released or refused. */
  readonly failureCode: ErrorCode | null;
  /** See {@link SubmissionState}. */
  readonly submission: SubmissionState;
  readonly providerJobId: string | null;
  /** When the last submit began. */
  readonly submittingAt: Date | null;
  readonly outputAssetIds: readonly string[];
  /** The live status message in the chat. */
  readonly statusMessageId: bigint | null;
  /** 0-100, as last shown to the person. */
  readonly progress: number;
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
}

/** Throws NOT_FOUND. */
export async function findGeneration(db: Database | Tx, id: string): Promise<Generation> {
  const row = await db.generation.findUnique({ where: { id } });
  if (row === null) throw new AppError('NOT_FOUND', `No generation ${id}`);
  return generationOf(row);
}

export function generationOf(row: GenerationRow): Generation {
  const request: GenerationRequest = {
    kind: row.kind as GenerationKind,
    mode: row.mode as GenerationMode,
    prompt: row.prompt,
    inputAssetIds: row.inputAssetIds,
    options: row.options as Record<string, string>,
    ...(row.style === null ? {} : { style: row.style as PhotoStyle }),
  };
  return {
    id: row.id,
    personId: row.personId,
    chatId: row.chatId,
    language: asLanguage(row.language),
    request,
    modelSlug: row.modelSlug,
    provider: row.provider,
    servedBy: row.servedBy ?? row.modelSlug,
    servedOptions: (row.servedOptions ?? row.options) as Record<string, string>,
    tried: row.tried,
    experiment: row.experiment === null ? null : { id: row.experiment, variant: row.variant ?? '' },
    providerModel: row.providerModel,
    priceTokens: tokens(row.priceTokens),
    refundedTokens: tokens(row.refundedTokens),
    status: row.status as GenerationStatus,
    failureCode: row.failureCode as ErrorCode | null,
    submission: row.submission as SubmissionState,
    submittingAt: row.submittingAt,
    providerJobId: row.providerJobId,
    outputAssetIds: row.outputAssetIds,
    statusMessageId: row.statusMessageId,
    progress: row.progress,
    createdAt: row.createdAt,
    finishedAt: row.finishedAt,
  };
}
