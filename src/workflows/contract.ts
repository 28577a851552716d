/**
 * The contract between the bot, the API, operators and the workflows: ids, task queues, messages and
 * wire types. Everything that names a workflow, a signal or a queue takes the name from here.
 *
 * Payloads carry ids and codes; prompts, texts and files stay in Postgres and the asset store.
 */
import { defineQuery, defineSignal } from '@temporalio/workflow';
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import type { GenerationKind } from '../domain/generation';
import type { ErrorCode } from '../domain/errors';
import type { TokensText } from '../domain/tokens';

export const taskQueues = {
  /** Workflows and their short database steps. */
  core: 'easel',
  /** Everything that talks to Telegram; the server enforces its rate over all workers. */
  telegram: 'easel-telegram',
  /** Everything that talks to a payment system; apart from Telegram, whose rate it would eat. */
  payments: 'easel-payments',
  /** Starting jobs at a provider; apart from polls, which would eat its rate. */
  submit: (provider: string): string => `easel-submit-${provider}`,
  /** Asking a provider how a job is doing and fetching its result. */
  collect: (provider: string): string => `easel-collect-${provider}`,
} as const;

/** Workflow ids are built from business ids and are the idempotency key of the start. */
export const workflowIds = {
  generation: (generationId: string): string => `generation:${generationId}`,
  payment: (paymentId: string): string => `payment:${paymentId}`,
} as const;

export const workflowTypes = {
  generation: 'generation',
  payment: 'payment',
  housekeeping: 'housekeeping',
  audit: 'audit',
  reconciliation: 'reconciliation',
} as const;

/** recent: what was written since yesterday. full: everything there is. */
export type AuditScope = 'recent' | 'full';

/** Result of the `audit` workflow; the next run of the schedule begins with it. */
export interface AuditResult {
  /** The newest seal of the books, remembered where no hand in the database reaches. */
  readonly head: { readonly number: string; readonly chain: string } | null;
  /** Rules found broken, at most as many as were reported. */
  readonly broken: number;
}

/** Input of the `reconciliation` workflow: how far back it lists, in hours. */
export interface ReconciliationInput {
  /** How far to look back at least; after runs that failed it is as far as the last that did not. */
  readonly hours: number;
}

/** Result of the `reconciliation` workflow. */
export interface ReconciliationResult {
  /** Open findings by payment system; null when it could not be read. */
  readonly findings: Readonly<Record<string, number | null>>;
  /** When each was last read to its end, in milliseconds of Unix time: the next run begins there. */
  readonly readAt: Readonly<Record<string, number>>;
}

/** Must be registered in the namespace before a workflow uses them (see prepare-namespace). */
export const searchAttributes = {
  /** The person's opaque id; never a Telegram id or a name. */
  person: defineSearchAttributeKey('EaselPerson', SearchAttributeType.KEYWORD),
  kind: defineSearchAttributeKey('EaselKind', SearchAttributeType.KEYWORD),
  model: defineSearchAttributeKey('EaselModel', SearchAttributeType.KEYWORD),
  provider: defineSearchAttributeKey('EaselProvider', SearchAttributeType.KEYWORD),
  status: defineSearchAttributeKey('EaselStatus', SearchAttributeType.KEYWORD),
  tokens: defineSearchAttributeKey('EaselTokens', SearchAttributeType.INT),
  system: defineSearchAttributeKey('EaselSystem', SearchAttributeType.KEYWORD),
} as const;

/** Input of the `generation` workflow. Everything else is in the generation's row. */
export interface GenerationInput {
  readonly generationId: string;
  readonly personId: string;
  readonly kind: GenerationKind;
  readonly model: string;
  readonly provider: string;
  readonly priceTokens: TokensText;
  /** How long after delivery a refund signal is accepted. */
  readonly complaintWindowMs: number;
  /** How long the provider may take in all before the tokens are returned. */
  readonly deadlineMs: number;
}

export type GenerationStage =
  | 'beginning'
  | 'submitting'
  | 'waiting'
  | 'delivering'
  | 'delivered'
  | 'releasing'
  | 'released'
  | 'refused'
  | 'refunded';

/** Answer of the `state` query on a generation. */
export interface GenerationState {
  readonly stage: GenerationStage;
  /** Why it ended without a result. */
  readonly code?: ErrorCode;
  readonly refunds: readonly RefundOutcome[];
}

/** Result of the `generation` workflow. */
export interface GenerationResult {
  readonly stage: 'delivered' | 'released' | 'refused' | 'refunded';
  readonly code?: ErrorCode;
}

/** Input of the `payment` workflow. */
export interface PaymentInput {
  readonly paymentId: string;
  readonly personId: string;
  readonly system: string;
  readonly packTokens: TokensText;
  /** From the invoice being sent to `expired`. */
  readonly expiryMs: number;
  /** After the last charge, how long refund signals are accepted. */
  readonly refundWindowMs: number;
}

/** held: money came that waits for an admin's decision. */
export type PaymentStage = 'opening' | 'waiting' | 'held' | 'paid' | 'expired' | 'failed';

/** Answer of the `state` query on a payment. */
export interface PaymentState {
  readonly stage: PaymentStage;
  readonly creditedCharges: readonly string[];
  readonly refunds: readonly RefundOutcome[];
  readonly decisions: readonly DecisionOutcome[];
}

/** What became of one refund signal, good or bad; what an operator reads after sending it. */
export interface RefundOutcome {
  readonly id: string;
  /** by_hand: an admin returns the money and sends the refund once more with `done`. */
  readonly outcome: 'settled' | 'refused' | 'put_back' | 'in_progress' | 'by_hand';
  readonly code?: ErrorCode;
  /** For a malformed signal: what was wrong with it. */
  readonly problem?: string;
}

/** What became of one `decide` signal, good or bad. */
export interface DecisionOutcome {
  readonly id: string;
  readonly outcome: 'done' | 'refused' | 'in_progress';
  readonly code?: ErrorCode;
  /** For a malformed signal: what was wrong with it. */
  readonly problem?: string;
}

/** Result of the `payment` workflow. */
export interface PaymentResult {
  readonly stage: 'held' | 'paid' | 'expired' | 'failed';
  readonly creditedCharges: readonly string[];
}

/** Stops a generation before its result is out; ignored afterwards. */
export const cancelSignal = defineSignal('cancel');

/** The provider called back. Only wakes the poll; what it said is looked up at the provider. */
export const providerCalledBackSignal = defineSignal('providerCalledBack');

/**
 * A charge of this payment was stored by the bot process. Carries the charge's id in Postgres'
 * `charges`; repeats are harmless.
 */
export const chargedSignal = defineSignal<[{ readonly chargeId: string }]>('charged');

/** Something happened at the payment system, or the person says so. Only makes the payment look now. */
export const paymentNewsSignal = defineSignal('paymentNews');

/** An admin's decision on a held charge; see DecisionRequest in domain/decision. People type it. */
export const decideSignal = defineSignal<[unknown]>('decide');

/** An admin's refund; see RefundRequest in domain/refund. Typed `unknown` because people type it. */
export const refundSignal = defineSignal<[unknown]>('refund');

export const generationStateQuery = defineQuery<GenerationState>('state');
export const paymentStateQuery = defineQuery<PaymentState>('state');
