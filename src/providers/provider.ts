/**
 * The port every AI provider is behind. An adapter is one file that exports a `defineProvider(...)`
 * and one line in registry.ts.
 */
import type { z } from 'zod';
import type { ModelOptions, Rate } from '../domain/catalogue';
import type { FilmTerms } from '../domain/film';
import type { GenerationKind, GenerationMode, PhotoStyle } from '../domain/generation';
import type { ProviderFailureClass } from '../domain/provider-failure';
import type { HttpClient } from '../http/exchange';

export type { HttpClient };

/** One input file, already checked: a real image or MP4 within our size and pixel limits. */
export interface ProviderInput {
  readonly mediaType: string;
  readonly bytes: Buffer;
  /** Our own signed address of the same bytes, for an hour; a film has it where `films` asks for it. */
  readonly address?: string;
}

/** A job as the provider sees it. */
export interface ProviderJob {
  /** Our id for the job (the generation id); the idempotency key where the provider has one. */
  readonly reference: string;
  readonly kind: GenerationKind;
  readonly mode: GenerationMode;
  /** The provider's own model id; data from the catalogue, never spelled in code. */
  readonly providerModel: string;
  readonly prompt: string;
  readonly style?: PhotoStyle;
  readonly inputs: readonly ProviderInput[];
  readonly options: Readonly<Record<string, string>>;
  /** Where the provider may call back, if it can. */
  readonly callbackUrl?: string;
}

export interface ProviderOutput {
  readonly mediaType: string;
  readonly bytes: Buffer;
}

/** How a job is doing. `progress` is 0-100. */
export type ProviderState =
  | { readonly status: 'working'; readonly progress: number; readonly askAgainMs?: number }
  | { readonly status: 'done'; readonly outputs: readonly ProviderOutput[] }
  | { readonly status: 'failed'; readonly failure: ProviderFailureClass; readonly detail: string };

export type { ProviderFailureClass };

/** What an adapter throws, whatever went wrong. `detail` is for operators: no secrets, no prompt. */
export class ProviderError extends Error {
  readonly failure: ProviderFailureClass;
  readonly retryAfterMs: number | undefined;

  constructor(failure: ProviderFailureClass, detail: string, retryAfterMs?: number) {
    super(detail);
    this.name = 'ProviderError';
    this.failure = failure;
    this.retryAfterMs = retryAfterMs;
  }
}

/** A provider made ready with its settings. Every method throws only {@link ProviderError}. */
export interface Provider {
  /**
   * Starts the job; returns the provider's id for it. A lost answer is `unknown`, never a retry.
   * A provider that answers with the result itself returns it as `outputs`, with an id of its own
   * making (its request id); `collect` is then never called for that job.
   */
  submit(
    job: ProviderJob,
  ): Promise<{ readonly providerJobId: string; readonly outputs?: readonly ProviderOutput[] }>;
  /** Asks how the job is doing; when done, brings the outputs. Read-only. */
  collect(providerJobId: string): Promise<ProviderState>;
  /** Finds a job by our reference after a lost answer; undefined when the provider has none. */
  findByReference?(reference: string): Promise<{ readonly providerJobId: string } | undefined>;
  /** Asks the provider to stop; best effort. */
  cancel?(providerJobId: string): Promise<void>;
  /**
   * Reads a callback that reached us; returns our reference, or undefined to ignore it. Throws
   * `auth` when the provider didn't sign it, so that a wrong key shows up on both sides. `query` are
   * the parameters the adapter itself put on the callback address.
   */
  readCallback?(
    rawBody: Buffer,
    headers: Readonly<Record<string, string>>,
    query?: Readonly<Record<string, string>>,
  ): string | undefined | Promise<string | undefined>;
}

/** A model the provider brings to the catalogue's seed; prices and texts can change in the database. */
export interface SeedModel {
  readonly slug: string;
  readonly kind: GenerationKind;
  readonly modes: readonly GenerationMode[];
  readonly providerModel: string;
  /** The base price; `surcharge` says how options change it. */
  readonly priceTokens: bigint;
  readonly surcharge?: Omit<Rate, 'base'>;
  /** What one job costs the owner at the provider, in micro-dollars; the budget counts it. */
  readonly cost?: Rate;
  readonly options?: ModelOptions;
  /** How many photos it takes at once; 1 unless told. */
  readonly inputsMax?: number;
  /** Slugs of models that may stand in for it, of any provider, best first. */
  readonly fallback?: readonly string[];
  readonly name: { readonly en: string; readonly ru: string };
  readonly description: { readonly en: string; readonly ru: string };
}

export interface ProviderDefinition<Settings = unknown> {
  /** Lower-case, stable: names task queues and catalogue rows. */
  readonly id: string;
  /** Environment settings, a z.object; when none without a default is set the provider is off. */
  readonly settings: z.ZodType<Settings>;
  /** Whether a second submit with the same reference returns the first job. */
  readonly dedupesSubmit: boolean;
  readonly callsBack: boolean;
  /** Jobs it may work on for us at once, over all workers; unlimited unless told. */
  readonly concurrencyMax?: number;
  readonly models: readonly SeedModel[];
  /** How it takes a person's film; needed where a model has the mode `video`. */
  readonly films?: FilmTerms;
  create(settings: Settings, http: HttpClient): Provider;
}

/** Identity; infers the settings' type from the literal. */
export function defineProvider<Settings>(
  definition: ProviderDefinition<Settings>,
): ProviderDefinition<Settings> {
  return definition;
}
