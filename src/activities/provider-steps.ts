/** Talking to an AI provider: start a job, wait for it, stop it. */
import { ApplicationFailureCategory, ApplicationFailure } from '@temporalio/common';
import { AppError } from '../domain/errors';
import { submitRetryDelaysMs } from '../domain/generation';
import type { Logger } from '../observability/logger';
import {
  ProviderError,
  type Provider,
  type ProviderJob,
  type ProviderState,
} from '../providers/provider';
import type { Providers, ReadyProvider } from '../providers/registry';
import type { AssetStore } from '../storage/asset-store';
import type { Generation, GenerationStore } from '../storage/generation-store';
import { toFailure, withMappedFailures } from './failure';

export interface ProviderStepsDeps {
  readonly generations: GenerationStore;
  readonly assets: AssetStore;
  readonly providers: Providers;
  /** Where providers may call back; undefined when they cannot reach us. */
  readonly callbackUrl: ((provider: string) => string) | undefined;
  /** Shows progress to the person; best effort, must not throw. */
  readonly showProgress: (generation: Generation, percent: number) => Promise<void>;
  /** The number of the running attempt, from 1. */
  readonly attempt: () => number;
  readonly logger: Logger;
}

/** Between two polls when the provider does not say. */
const askAgainDefaultMs = 2_000;

export type ProviderSteps = ReturnType<typeof createProviderSteps>;

export function createProviderSteps(deps: ProviderStepsDeps) {
  const { generations } = deps;
  return withMappedFailures({
    /**
     * Starts the job once. The row says `submitting` before the call and keeps the provider's job id
     * after it; a row found in `submitting` means the answer was lost, and then the provider is asked.
     */
    async submit(generationId: string): Promise<void> {
      const generation = await generations.get(generationId);
      const { provider, definition } = readyProvider(deps, generation);
      // Read first: once the row says `submitting`, only the provider's own no may take it back.
      const job = await jobOf(deps, generation);
      const claim = await generations.startSubmission(generationId);
      if (typeof claim === 'object') return;
      if (claim === 'unknown') {
        const found = await findLostJob(provider, generationId);
        if (found) {
          await generations.submissionAccepted(generationId, found);
          return;
        }
        if (!provider.findByReference && !definition.dedupesSubmit) {
          // Nobody can say whether a paid job exists; a second one might be billed twice.
          throw ApplicationFailure.nonRetryable('The submit answer was lost', 'OUTCOME_UNKNOWN');
        }
      }
      await submitJob(deps, provider, job);
    },

    /** Asks once. Still working is a benign failure that carries the delay to the next question. */
    async collect(generationId: string): Promise<void> {
      const generation = await generations.get(generationId);
      if (generation.outputAssetIds.length > 0) return;
      if (generation.providerJobId === null) {
        throw new AppError('OUTCOME_UNKNOWN', 'The job has no id yet');
      }
      const { provider } = readyProvider(deps, generation);
      const state = await provider.collect(generation.providerJobId);
      if (state.status === 'working') {
        await deps.showProgress(generation, state.progress);
        throw stillWorking(state);
      }
      if (state.status === 'failed') throw new ProviderError(state.failure, state.detail);
      await storeOutputs(deps, generation, state.outputs);
    },

    async cancelAtProvider(generationId: string): Promise<void> {
      const generation = await generations.get(generationId);
      if (generation.providerJobId === null) return;
      const { provider } = readyProvider(deps, generation);
      await provider.cancel?.(generation.providerJobId);
    },
  });
}

/** A provider switched off since the order: its models are gone for now. */
function readyProvider(deps: ProviderStepsDeps, generation: Generation): ReadyProvider {
  const found = deps.providers.ready.get(generation.provider);
  if (!found) throw new AppError('MODEL_UNAVAILABLE', `Provider ${generation.provider} is off`);
  return found;
}

async function findLostJob(provider: Provider, reference: string): Promise<string | undefined> {
  const found = await provider.findByReference?.(reference);
  return found?.providerJobId;
}

async function submitJob(
  deps: ProviderStepsDeps,
  provider: Provider,
  job: ProviderJob,
): Promise<void> {
  try {
    const { providerJobId } = await provider.submit(job);
    await deps.generations.submissionAccepted(job.reference, providerJobId);
  } catch (error) {
    const isLost = !(error instanceof ProviderError) || error.failure === 'unknown';
    if (!isLost) await deps.generations.submissionReset(job.reference);
    throw toFailure(error, submitRetryDelaysMs[deps.attempt() - 1]);
  }
}

async function jobOf(deps: ProviderStepsDeps, generation: Generation): Promise<ProviderJob> {
  const { request } = generation;
  const inputs = await Promise.all(
    request.inputAssetIds.map(async (id) => {
      const [asset, bytes] = await Promise.all([deps.assets.get(id), deps.assets.read(id)]);
      return { mediaType: asset.mediaType, bytes };
    }),
  );
  return {
    reference: generation.id,
    kind: request.kind,
    mode: request.mode,
    providerModel: generation.providerModel,
    prompt: request.prompt,
    inputs,
    options: request.options,
    ...(request.style === undefined ? {} : { style: request.style }),
    ...(deps.callbackUrl === undefined
      ? {}
      : { callbackUrl: deps.callbackUrl(generation.provider) }),
  };
}

async function storeOutputs(
  deps: ProviderStepsDeps,
  generation: Generation,
  outputs: Extract<ProviderState, { status: 'done' }>['outputs'],
): Promise<void> {
  if (outputs.length === 0) throw new ProviderError('no-output', 'The job ended without a file');
  const assets = [];
  for (const { bytes } of outputs) {
    assets.push(await deps.assets.save({ personId: generation.personId, role: 'output', bytes }));
  }
  await deps.generations.storeOutputs(
    generation.id,
    assets.map((asset) => asset.id),
  );
}

function stillWorking(state: Extract<ProviderState, { status: 'working' }>): ApplicationFailure {
  return ApplicationFailure.create({
    type: 'PROVIDER_STILL_WORKING',
    message: `Still working, ${state.progress} %`,
    category: ApplicationFailureCategory.BENIGN,
    nextRetryDelay: state.askAgainMs ?? askAgainDefaultMs,
  });
}
