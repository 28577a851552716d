/** The database steps of a generation; they run as local activities beside the workflow. */
import { AppError, type ErrorCode } from '../domain/errors';
import type { GenerationStatus } from '../domain/generation';
import type { RefundRequest } from '../domain/refund';
import { formatTokens, type TokensText } from '../domain/tokens';
import type { Providers } from '../providers/registry';
import type { Generation, GenerationStore } from '../storage/generation-store';
import { withMappedFailures } from './failure';
import type { ModerationGate } from './moderation-gate';
import type { StandIns } from './stand-ins';

export interface GenerationStepsDeps {
  readonly generations: GenerationStore;
  readonly providers: Providers;
  readonly standIns: StandIns;
  readonly gate: Pick<ModerationGate, 'words'>;
  readonly limits: { readonly activeMax: number; readonly perHour: number };
  /** How long a reserve may stay open before housekeeping returns it; longer than any workflow. */
  readonly reserveForMs: number;
  /** Telegram ids of the admins. */
  readonly admins: readonly string[];
  readonly now: () => Date;
}

export type GenerationRefundAnswer =
  | {
      readonly outcome: 'settled';
      readonly returnedTokens: TokensText;
      readonly nothingLeft: boolean;
    }
  | { readonly outcome: 'refused'; readonly code: ErrorCode };

export type GenerationSteps = ReturnType<typeof createGenerationSteps>;

export function createGenerationSteps(deps: GenerationStepsDeps) {
  const { generations } = deps;
  return withMappedFailures({
    /**
     * Ban, moderation, limits, price and reserve. A "no" is a non-retryable failure with its code.
     * Answers only when another provider than the ordered one makes it.
     */
    async begin(generationId: string): Promise<{ readonly provider: string } | undefined> {
      const generation = await generations.get(generationId);
      await deps.gate.words(generation);
      const relief = await reliefOf(deps, generation);
      await generations.begin(generationId, {
        ...deps.limits,
        reserveExpiresAt: new Date(deps.now().getTime() + deps.reserveForMs),
      });
      return relief;
    },

    /**
     * Hands the generation on from a provider that could not serve it; null when no model can stand
     * in, or when a paid job may exist there.
     */
    async fallBack(
      generationId: string,
      from: { readonly provider: string; readonly code: ErrorCode },
    ): Promise<{ readonly provider: string } | null> {
      const generation = await generations.get(generationId);
      // This step ran before and its answer was lost.
      if (generation.provider !== from.provider) return { provider: generation.provider };
      return (await deps.standIns.handOver(generation, from.code)) ?? null;
    },

    /** Returns the tokens, unless the result was delivered after all; says how the generation stands. */
    async release(
      generationId: string,
      code: ErrorCode,
    ): Promise<{ status: 'released' | 'refused' | 'delivered' }> {
      await generations.release(generationId, code);
      const { status } = await generations.get(generationId);
      return { status: endingOf(status) };
    },

    async refund(generationId: string, request: RefundRequest): Promise<GenerationRefundAnswer> {
      const answer = await generations.refund(generationId, { request, admins: deps.admins });
      // Only what the workflow needs: a bigint of the row would not survive the way into a payload.
      if (answer.outcome === 'refused') return { outcome: 'refused', code: answer.code };
      const { status } = await generations.get(generationId);
      return {
        outcome: 'settled',
        returnedTokens: formatTokens(answer.returnedTokens),
        nothingLeft: status === 'refunded',
      };
    },
  });
}

/** Who makes it when its provider is switched off in this deployment; nothing is reserved yet. */
async function reliefOf(
  { providers, standIns }: GenerationStepsDeps,
  generation: Generation,
): Promise<{ readonly provider: string } | undefined> {
  const { provider, tried, status } = generation;
  if (providers.ready.has(provider)) return tried.length > 0 ? { provider } : undefined;
  const taken = await standIns.handOver(generation, 'MODEL_UNAVAILABLE');
  if (taken === undefined && status === 'ordered') {
    throw new AppError('MODEL_UNAVAILABLE', `Provider ${provider} is off`);
  }
  return taken;
}

function endingOf(status: GenerationStatus): 'released' | 'refused' | 'delivered' {
  if (status === 'delivered' || status === 'refunded') return 'delivered';
  return status === 'refused' ? 'refused' : 'released';
}
