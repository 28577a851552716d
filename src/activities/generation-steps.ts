/** The database steps of a generation; they run as local activities beside the workflow. */
import { AppError, type ErrorCode } from '../domain/errors';
import type { GenerationStatus } from '../domain/generation';
import { moderate } from '../domain/moderation';
import type { RefundRequest } from '../domain/refund';
import { formatTokens, type TokensText } from '../domain/tokens';
import type { GenerationStore } from '../storage/generation-store';
import { withMappedFailures } from './failure';

export interface GenerationStepsDeps {
  readonly generations: GenerationStore;
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
    /** Ban, moderation, limits, price and reserve. A "no" is a non-retryable failure with its code. */
    async begin(generationId: string): Promise<void> {
      const generation = await generations.get(generationId);
      const verdict = moderate(generation.request);
      if (!verdict.allowed) throw new AppError('CONTENT_REFUSED', `rule ${verdict.rule}`);
      await generations.begin(generationId, {
        ...deps.limits,
        reserveExpiresAt: new Date(deps.now().getTime() + deps.reserveForMs),
      });
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

function endingOf(status: GenerationStatus): 'released' | 'refused' | 'delivered' {
  if (status === 'delivered' || status === 'refunded') return 'delivered';
  return status === 'refused' ? 'refused' : 'released';
}
