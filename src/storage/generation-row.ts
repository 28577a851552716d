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

export interface Generation {
  readonly id: string;
  readonly personId: string;
  readonly chatId: bigint;
  readonly language: Language;
  readonly request: GenerationRequest;
  readonly modelSlug: string;
  readonly provider: string;
  /** Frozen at confirmation, as the price is. */
  readonly providerModel: string;
  readonly priceTokens: Tokens;
  readonly refundedTokens: Tokens;
  readonly status: GenerationStatus;
  /** Why it was released or refused. */
  readonly failureCode: ErrorCode | null;
  readonly providerJobId: string | null;
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
    providerModel: row.providerModel,
    priceTokens: tokens(row.priceTokens),
    refundedTokens: tokens(row.refundedTokens),
    status: row.status as GenerationStatus,
    failureCode: row.failureCode as ErrorCode | null,
    providerJobId: row.providerJobId,
    outputAssetIds: row.outputAssetIds,
    statusMessageId: row.statusMessageId,
    progress: row.progress,
    createdAt: row.createdAt,
    finishedAt: row.finishedAt,
  };
}
