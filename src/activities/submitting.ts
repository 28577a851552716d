/** Starting a job at a provider: what may hold it, the one call, and what each refusal leads to. */
import { ApplicationFailure } from '@temporalio/common';
import type { Spending } from '../domain/budget';
import { AppError } from '../domain/errors';
import {
  failureBehaviours,
  submitCallMaxMs,
  submitDelayMs,
  type ProviderFailureClass,
} from '../domain/provider-failure';
import type { Metrics } from '../observability/metrics';
import { ProviderError, type Provider, type ProviderJob } from '../providers/provider';
import type { ReadyProvider } from '../providers/registry';
import type { CatalogueStore } from '../storage/catalogue-store';
import type { Generation, GenerationStore } from '../storage/generation-store';
import type { ProviderStore } from '../storage/provider-store';
import type { Begun, Held } from '../storage/submission-store';
import { toFailure } from './failure';
import type { ModerationGate } from './moderation-gate';
import type { OwnerAlerts } from './owner-alerts';
import type { StandIns } from './stand-ins';

export interface SubmittingDeps {
  readonly generations: GenerationStore;
  readonly catalogue: Pick<CatalogueStore, 'disable'>;
  readonly providerStates: ProviderStore;
  readonly standIns: StandIns;
  readonly alerts: OwnerAlerts;
  readonly gate: Pick<ModerationGate, 'refusedByProvider'>;
  readonly metrics: Pick<Metrics, 'submitted'>;
  /** A place at a provider is held at most this long. */
  readonly placeForMs: number;
  readonly now: () => Date;
}

/** A submit whose provider is ready and whose job is read. */
export interface Submit {
  readonly generation: Generation;
  readonly ready: ReadyProvider;
  readonly job: ProviderJob;
  /** Writes the answer down; the first thing to happen after it. */
  readonly keep: (accepted: Accepted) => Promise<void>;
}

export type Accepted = Awaited<ReturnType<Provider['submit']>>;

/** Until somebody else's trial shows whether a rested provider is back. */
const trialWaitMs = 5_000;
/** Until a place may be free. */
const placeWaitMs = 3_000;
/** A provider may need a moment until it lists a job it took. */
const lookUpAgainMs = 10_000;

/** The provider's answer; undefined when it was known to have the job already. */
export async function submitOnce(
  deps: SubmittingDeps,
  submit: Submit,
): Promise<Accepted | undefined> {
  if (submit.generation.submission === 'submitting') {
    const lost = await lookUp(deps, submit);
    if (lost === 'found') return undefined;
    // The row stays as it is: this provider knows a repeat by its reference.
    if (lost === 'repeat') return call(deps, submit, undefined);
  }
  const begun = await begin(deps, submit, false);
  return begun === undefined ? undefined : call(deps, submit, begun);
}

/** What became of a submit whose answer never came. */
async function lookUp(
  { generations, now }: SubmittingDeps,
  { generation, ready: { provider, definition } }: Submit,
): Promise<'found' | 'none' | 'repeat'> {
  const found = await provider.findByReference?.(generation.id);
  if (found !== undefined) {
    await generations.submissionAccepted(generation.id, found.providerJobId);
    return 'found';
  }
  if (definition.dedupesSubmit) return 'repeat';
  if (provider.findByReference === undefined) {
    // Nobody can say whether a paid job exists; a second one might be billed twice.
    throw ApplicationFailure.nonRetryable('The submit answer was lost', 'OUTCOME_UNKNOWN');
  }
  const { submittingAt } = generation;
  const callEndsAt = submittingAt === null ? 0 : submittingAt.getTime() + submitCallMaxMs;
  if (callEndsAt > now().getTime()) {
    // Another worker may still be calling.
    throw toFailure(new AppError('OUTCOME_UNKNOWN', 'A submit may be under way'), lookUpAgainMs);
  }
  await generations.submissionReset(generation.id);
  return 'none';
}

/** Passes the gate or throws why not; undefined when the job was accepted before. */
async function begin(
  deps: SubmittingDeps,
  submit: Submit,
  isTrial: boolean,
): Promise<Begun | undefined> {
  const { generation, ready } = submit;
  const places = ready.definition.concurrencyMax;
  const submission = await deps.generations.startSubmission(generation.id, { places, isTrial });
  if (submission === 'unknown') {
    throw toFailure(new AppError('OUTCOME_UNKNOWN', 'A submit is under way'), lookUpAgainMs);
  }
  if ('providerJobId' in submission) return undefined;
  if ('begun' in submission) return submission;
  const mayGoOn = await deal(deps, submit, submission);
  return begin(deps, submit, isTrial || mayGoOn === 'trial');
}

/** Gets what the gate asked for, or throws what is to be done instead. */
async function deal(
  deps: SubmittingDeps,
  { generation, ready }: Submit,
  held: Held,
): Promise<'trial' | 'place'> {
  const provider = ready.definition.id;
  switch (held.heldBy) {
    case 'paused':
      throw new AppError('MODEL_UNAVAILABLE', `Provider ${provider} is switched off`);
    case 'budget':
      await alertStopped(deps, provider);
      throw new AppError('BUDGET_SPENT', `The budget of ${provider} is spent`);
    case 'open':
      throw await rest(deps, generation, held.untilMs);
    case 'trial':
      if (await deps.providerStates.takeTrial(provider)) return 'trial';
      throw await rest(deps, generation, trialWaitMs);
    case 'places': {
      const { places } = held;
      const place = { provider, places, generationId: generation.id, forMs: deps.placeForMs };
      if (await deps.providerStates.takePlace(place)) return 'place';
      throw toFailure(new AppError('PROVIDER_BUSY', `All ${places} places are taken`), placeWaitMs);
    }
  }
}

/** A provider that rests is not waited for while another model can do it. */
async function rest(
  deps: SubmittingDeps,
  generation: Generation,
  waitMs: number,
): Promise<ApplicationFailure> {
  const standIn = await deps.standIns.next(generation, 'PROVIDER_RESTING');
  if (standIn !== undefined) return toFailure(new AppError('PROVIDER_RESTING', 'It rests'));
  const refusals = await deps.generations.submissionPutOff(generation.id);
  return againOrOver(new AppError('PROVIDER_UNAVAILABLE', 'It rests'), refusals, waitMs);
}

async function call(
  deps: SubmittingDeps,
  { ready, job, keep }: Submit,
  begun: Begun | undefined,
): Promise<Accepted> {
  const provider = ready.definition.id;
  const accepted = await ready.provider.submit(job).catch(async (error: unknown) => {
    const failure = error instanceof ProviderError ? error.failure : 'unknown';
    deps.metrics.submitted(provider, failure);
    throw await refused(deps, { error, failure, job, provider, shaken: begun?.shaken === true });
  });
  await keep(accepted);
  deps.metrics.submitted(provider, 'accepted');
  if (begun?.shaken === true) await deps.providerStates.succeeded(provider);
  for (const reached of begun?.reached ?? []) await deps.alerts.budget({ provider, ...reached });
  return accepted;
}

/** Whatever is left of the budget is too little for the next job, so all of it counts as spent. */
async function alertStopped(deps: SubmittingDeps, provider: string): Promise<void> {
  const standings = await deps.providerStates.standings();
  const standing = standings.find((known) => known.provider === provider);
  if (standing === undefined) return;
  const day = { micros: standing.spentToday, budgetMicros: standing.budgetDay };
  const month = { micros: standing.spentThisMonth, budgetMicros: standing.budgetMonth };
  const period = leftOf(day) <= leftOf(month) ? 'day' : 'month';
  const spending = period === 'day' ? day : month;
  await deps.alerts.budget({ provider, period, percent: 100, spending });
}

function leftOf({ micros, budgetMicros }: Spending): number {
  return budgetMicros === null ? Infinity : Number(budgetMicros - micros);
}

interface Refusal {
  readonly error: unknown;
  readonly failure: ProviderFailureClass;
  readonly job: ProviderJob;
  readonly provider: string;
  readonly shaken: boolean;
}

/** Acts on the refusal by the table of failures; returns what the step fails with. */
async function refused(deps: SubmittingDeps, refusal: Refusal): Promise<ApplicationFailure> {
  const { error, failure, job } = refusal;
  const behaviour = failureBehaviours[failure];
  if (behaviour.then === 'look-up') {
    await deps.generations.submissionLost(job.reference);
    await report(deps, refusal);
    return toFailure(error, lookUpAgainMs);
  }
  // First of all: it was not taken, so that whatever fails from here on may be repeated.
  const refusals = await deps.generations.submissionReset(job.reference);
  await report(deps, refusal);
  if (behaviour.then === 'end') return toFailure(error);
  const asked = error instanceof ProviderError ? error.retryAfterMs : undefined;
  return againOrOver(error, refusals, asked);
}

/** Breaker, owner and catalogue hear of it. */
async function report(deps: SubmittingDeps, refusal: Refusal): Promise<void> {
  const { failure, job, provider, shaken } = refusal;
  const { isOutage, alertsOwner } = failureBehaviours[failure];
  if (isOutage) {
    const opened = await deps.providerStates.failed(provider, failure);
    if (opened !== undefined) await deps.alerts.breakerOpened(provider, failure, opened);
  } else if (shaken) {
    // A considered no is an answer all the same.
    await deps.providerStates.succeeded(provider);
  }
  if (failure === 'blocked') {
    await deps.gate.refusedByProvider(await deps.generations.get(job.reference));
  } else if (failure === 'retired') {
    const { servedBy } = await deps.generations.get(job.reference);
    const since = await deps.catalogue.disable(servedBy, 'retired');
    if (since !== undefined) await deps.alerts.retired(servedBy, provider, since);
  } else if (alertsOwner) {
    await deps.alerts.account(provider, failure);
  }
}

/** Retryable with its delay, or over when it was refused too often. */
function againOrOver(error: unknown, refusals: number, askedMs?: number): ApplicationFailure {
  const delayMs = submitDelayMs(refusals, askedMs);
  if (delayMs !== undefined) return toFailure(error, delayMs);
  const { type, message } = toFailure(error);
  return ApplicationFailure.nonRetryable(message, type ?? undefined);
}
