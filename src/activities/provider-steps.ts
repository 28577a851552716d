/** Talking to an AI provider: start a job, wait for it, stop it. */
import { ApplicationFailureCategory, ApplicationFailure } from '@temporalio/common';
import { AppError, type ErrorCode } from '../domain/errors';
import { failureBehaviours, mayFallBack } from '../domain/provider-failure';
import type { Logger } from '../observability/logger';
import {
  ProviderError,
  type Provider,
  type ProviderJob,
  type ProviderState,
} from '../providers/provider';
import type { Providers, ReadyProvider } from '../providers/registry';
import type { AssetLinks } from '../storage/asset-links';
import type { AssetStore } from '../storage/asset-store';
import type { Generation } from '../storage/generation-store';
import { toFailure, withMappedFailures } from './failure';
import type { ModerationGate } from './moderation-gate';
import { submitOnce, type Accepted, type SubmittingDeps } from './submitting';

export interface ProviderStepsDeps extends SubmittingDeps {
  readonly assets: AssetStore;
  readonly links: Pick<AssetLinks, 'to'>;
  readonly providers: Providers;
  readonly gate: ModerationGate;
  /** Where providers may call back; undefined when they cannot reach us. */
  readonly callbackUrl: ((provider: string) => string) | undefined;
  /** Shows progress to the person; best effort, must not throw. */
  readonly showProgress: (generation: Generation, percent: number) => Promise<void>;
  readonly logger: Logger;
}

/** Between two polls when the provider does not say. */
const askAgainDefaultMs = 2_000;
/** Providers fetch a film while they answer, or soon after. */
const addressSeconds = 3600;
/** A job nobody can stop keeps its place at the provider about this long. */
const unstoppableMs = 10 * 60_000;

export type ProviderSteps = ReturnType<typeof createProviderSteps>;

export function createProviderSteps(deps: ProviderStepsDeps) {
  const { generations } = deps;
  return withMappedFailures({
    /**
     * Starts the job once. The row says `submitting` before the call and keeps the provider's job id
     * after it; a row found in `submitting` means the answer was lost, and then the provider is asked.
     * `made`: the provider answered with the result, which is stored.
     */
    async submit(generationId: string): Promise<'made' | 'accepted'> {
      const generation = await generations.get(generationId);
      if (generation.providerJobId !== null) {
        return generation.outputAssetIds.length > 0 ? 'made' : 'accepted';
      }
      const ready = readyProvider(deps, generation);
      // Read first: once the row says `submitting`, only the provider's own no may take it back.
      const job = await jobOf(deps, generation, ready);
      // A submit whose answer was lost is only looked up; it was judged before.
      if (generation.submission === 'none') await deps.gate.request(generation, job);
      const keep = (accepted: Accepted) => keepAnswer(deps, generation, accepted);
      const accepted = await submitOnce(deps, { generation, ready, job, keep });
      return accepted?.outputs === undefined ? 'accepted' : 'made';
    },

    /** Asks once. Still working is a benign failure that carries the delay to the next question. */
    async collect(generationId: string): Promise<void> {
      const generation = await generations.get(generationId);
      if (generation.outputAssetIds.length > 0) return;
      if (generation.providerJobId === null) throw jobGone(generation);
      const { provider } = readyProvider(deps, generation);
      const state = await ask(deps, provider, generation);
      if (state.status === 'working') {
        await deps.showProgress(generation, state.progress);
        throw stillWorking(state);
      }
      if (state.status === 'failed') throw await jobFailed(deps, generation, state);
      await generations.storeOutputs(generationId, await saved(deps, generation, state.outputs));
    },

    async cancelAtProvider(generationId: string): Promise<void> {
      const generation = await generations.get(generationId);
      if (generation.providerJobId === null) {
        const keepMs = generation.submission === 'submitting' ? unstoppableMs : 0;
        await deps.providerStates.leavePlace(generationId, keepMs);
        return;
      }
      const { provider } = readyProvider(deps, generation);
      await provider.cancel?.(generation.providerJobId);
      await deps.providerStates.leavePlace(generationId, provider.cancel ? 0 : unstoppableMs);
    },
  });
}

/** A provider switched off since the order: its models are gone for now. */
function readyProvider(deps: ProviderStepsDeps, generation: Generation): ReadyProvider {
  const found = deps.providers.ready.get(generation.provider);
  if (!found) throw new AppError('MODEL_UNAVAILABLE', `Provider ${generation.provider} is off`);
  return found;
}

async function jobOf(
  deps: ProviderStepsDeps,
  generation: Generation,
  { definition }: ReadyProvider,
): Promise<ProviderJob> {
  const { request } = generation;
  const isFetched = request.mode === 'video' && definition.films?.by === 'address';
  const inputs = await Promise.all(
    request.inputAssetIds.map(async (id) => {
      const [asset, bytes] = await Promise.all([deps.assets.get(id), deps.assets.read(id)]);
      const address = isFetched ? await deps.links.to(asset, addressSeconds) : undefined;
      return { mediaType: asset.mediaType, bytes, ...(address === undefined ? {} : { address }) };
    }),
  );
  return {
    reference: generation.id,
    kind: request.kind,
    mode: request.mode,
    providerModel: generation.providerModel,
    prompt: request.prompt,
    inputs,
    options: generation.servedOptions,
    ...(request.style === undefined ? {} : { style: request.style }),
    ...(deps.callbackUrl === undefined
      ? {}
      : { callbackUrl: deps.callbackUrl(generation.provider) }),
  };
}

/** The id and, where the provider made it at once, the result: in one write. */
async function keepAnswer(
  deps: ProviderStepsDeps,
  generation: Generation,
  { providerJobId, outputs }: Accepted,
): Promise<void> {
  try {
    const assetIds = outputs === undefined ? [] : await saved(deps, generation, outputs);
    await deps.generations.submissionAccepted(generation.id, providerJobId, assetIds);
  } catch (error) {
    if (!isUseless(error)) throw error;
    // It was made and paid for, and it is no picture or none to hand out; making it again is not for
    // us to decide.
    await deps.generations.submissionAccepted(generation.id, providerJobId);
    throw error;
  }
}

const uselessCodes: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'NO_OUTPUT',
  'CONTENT_REFUSED',
  'MODERATION_UNAVAILABLE',
]);

function isUseless(error: unknown): boolean {
  return (
    (error instanceof AppError && uselessCodes.has(error.code)) ||
    (error instanceof ProviderError && error.failure === 'no-output')
  );
}

async function ask(
  deps: ProviderStepsDeps,
  provider: Provider,
  generation: Generation,
): Promise<ProviderState> {
  const { providerJobId, provider: id } = generation;
  try {
    return await provider.collect(providerJobId ?? '');
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    if (error.failure === 'blocked') await deps.gate.refusedByProvider(generation);
    if (!failureBehaviours[error.failure].isOutage) throw error;
    // The job goes on whatever we are told; it is asked for until its time is up.
    if (failureBehaviours[error.failure].alertsOwner) await deps.alerts.account(id, error.failure);
    const { type, message } = toFailure(error);
    throw ApplicationFailure.retryable(message, type ?? undefined);
  }
}

/** The provider itself says that it ended without a result. */
async function jobFailed(
  deps: ProviderStepsDeps,
  generation: Generation,
  { failure, detail }: Extract<ProviderState, { status: 'failed' }>,
): Promise<ApplicationFailure> {
  const { code } = failureBehaviours[failure];
  if (failure === 'blocked') await deps.gate.refusedByProvider(generation);
  if (mayFallBack(code)) await deps.generations.jobFailed(generation.id);
  else await deps.providerStates.leavePlace(generation.id);
  return ApplicationFailure.nonRetryable(detail.slice(0, 500), code);
}

/** Only a step that died after it wrote the failure down meets this. */
function jobGone({ submission }: Generation): ApplicationFailure {
  return submission === 'none'
    ? ApplicationFailure.nonRetryable('The job failed', 'PROVIDER_UNAVAILABLE')
    : toFailure(new AppError('OUTCOME_UNKNOWN', 'The job has no id yet'));
}

async function saved(
  deps: ProviderStepsDeps,
  generation: Generation,
  outputs: Extract<ProviderState, { status: 'done' }>['outputs'],
): Promise<string[]> {
  if (outputs.length === 0) throw new ProviderError('no-output', 'The job ended without a file');
  await deps.gate.results(generation, outputs);
  const ids: string[] = [];
  for (const { bytes } of outputs) {
    const { personId } = generation;
    const { id } = await deps.assets.save({ personId, role: 'output', bytes });
    ids.push(id);
  }
  return ids;
}

function stillWorking(state: Extract<ProviderState, { status: 'working' }>): ApplicationFailure {
  return ApplicationFailure.create({
    type: 'PROVIDER_STILL_WORKING',
    message: `Still working, ${state.progress} %`,
    category: ApplicationFailureCategory.BENIGN,
    nextRetryDelay: state.askAgainMs ?? askAgainDefaultMs,
  });
}
