/** Builds workflow inputs from stored rows, so that every starter of a workflow says the same. */
import type { GenerationRequest } from '../domain/generation';
import { formatTokens, type Tokens } from '../domain/tokens';
import type { GenerationInput, PaymentInput } from './contract';

/** The durations an owner sets. */
export interface Windows {
  readonly complaintWindowMs: number;
  readonly generationDeadlineMs: number;
  readonly invoiceExpiryMs: number;
  readonly refundWindowMs: number;
}

export function generationInput(
  generation: {
    readonly id: string;
    readonly personId: string;
    readonly request: Pick<GenerationRequest, 'kind'>;
    readonly modelSlug: string;
    readonly provider: string;
    readonly priceTokens: Tokens;
  },
  windows: Windows,
): GenerationInput {
  return {
    generationId: generation.id,
    personId: generation.personId,
    kind: generation.request.kind,
    model: generation.modelSlug,
    provider: generation.provider,
    priceTokens: formatTokens(generation.priceTokens),
    complaintWindowMs: windows.complaintWindowMs,
    deadlineMs: windows.generationDeadlineMs,
  };
}

export function paymentInput(
  payment: {
    readonly id: string;
    readonly personId: string;
    readonly system: string;
    readonly packTokens: Tokens;
  },
  windows: Windows,
): PaymentInput {
  return {
    paymentId: payment.id,
    personId: payment.personId,
    system: payment.system,
    packTokens: formatTokens(payment.packTokens),
    expiryMs: windows.invoiceExpiryMs,
    refundWindowMs: windows.refundWindowMs,
  };
}
