/**
 * One generation, from the person's confirmation to the end of the complaint window:
 * begin (check and reserve) -> submit -> collect -> deliver and commit; anything else -> release.
 * A provider that cannot serve is relieved by another one, at the price that was confirmed.
 */
import {
  CancellationScope,
  condition,
  isCancellation,
  patched,
  proxyActivities,
  proxyLocalActivities,
  setCurrentDetails,
  setHandler,
  sleep,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import type { DeliverySteps } from '../activities/delivery-steps';
import type { GenerationSteps } from '../activities/generation-steps';
import type { ProviderSteps } from '../activities/provider-steps';
import type { ErrorCode } from '../domain/errors';
import { mayFallBack } from '../domain/provider-failure';
import type { RefundRequest } from '../domain/refund';
import {
  cancelSignal,
  generationStateQuery,
  providerCalledBackSignal,
  refundSignal,
  searchAttributes,
  taskQueues,
  type GenerationInput,
  type GenerationResult,
  type GenerationStage,
} from './contract';
import { failureCode } from './failure-code';
import {
  collectStep,
  courtesyStep,
  databaseStep,
  deliveryStep,
  noticeStep,
  submitStep,
} from './policies';
import { quietly } from './quietly';
import { describeRefunds, RefundQueue } from './refund-queue';

export async function generation(input: GenerationInput): Promise<GenerationResult> {
  const run = new GenerationRun(input);
  return run.toEnd();
}

class GenerationRun {
  private readonly input: GenerationInput;
  private readonly id: string;
  private readonly refunds = new RefundQueue();
  private readonly making = new CancellationScope();
  private stage: GenerationStage = 'beginning';
  private code: ErrorCode | undefined;
  private calledBack = false;
  private provider: string;

  constructor(input: GenerationInput) {
    this.input = input;
    this.id = input.generationId;
    this.provider = input.provider;
    setHandler(cancelSignal, () => {
      this.making.cancel();
    });
    setHandler(providerCalledBackSignal, () => {
      this.calledBack = true;
    });
    setHandler(refundSignal, (raw) => {
      this.refunds.accept(raw);
      // What was wrong with it stands at the top of the page at once, for the person who sent it.
      this.enter(this.stage);
    });
    setHandler(generationStateQuery, () => ({
      stage: this.stage,
      ...(this.code === undefined ? {} : { code: this.code }),
      refunds: this.refunds.outcomes,
    }));
  }

  async toEnd(): Promise<GenerationResult> {
    try {
      await this.making.run(() => this.make());
      // From here on the result exists: a cancel comes too late and must not take it away.
      await CancellationScope.nonCancellable(() => this.deliver());
    } catch (error) {
      return CancellationScope.nonCancellable(() => this.release(error));
    }
    await this.complaintWindow();
    return { stage: this.stage === 'refunded' ? 'refunded' : 'delivered' };
  }

  private async make(): Promise<void> {
    const { begin } = proxyLocalActivities<GenerationSteps>({
      ...databaseStep,
      summary: 'Check limits and reserve tokens',
    });
    const begun = await begin(this.id);
    // Workflows from before stand-ins were told nothing here.
    if (begun?.provider !== undefined) this.goTo(begun.provider);
    for (;;) {
      try {
        await this.makeAtProvider();
        return;
      } catch (error) {
        if (!(await this.isRelieved(error))) throw error;
      }
    }
  }

  private async makeAtProvider(): Promise<void> {
    const { submit } = proxyActivities<ProviderSteps>({
      ...submitStep,
      scheduleToCloseTimeout: this.input.deadlineMs,
      taskQueue: taskQueues.submit(this.provider),
      summary: `Start the job at ${this.provider}`,
    });
    this.enter('submitting');
    if ((await submit(this.id)) === 'made') return;
    this.enter('waiting');
    await this.collect();
  }

  /** Whether another provider takes over; the step decides, the workflow only knows where to go on. */
  private async isRelieved(error: unknown): Promise<boolean> {
    const code = failureCode(error, 'PROVIDER_TIMEOUT');
    if (!mayFallBack(code) || !patched('stand-ins')) return false;
    const { fallBack } = proxyLocalActivities<GenerationSteps>({
      ...databaseStep,
      summary: 'Find a model that can stand in',
    });
    const taken = await fallBack(this.id, { provider: this.provider, code });
    if (taken === null) return false;
    this.goTo(taken.provider);
    return true;
  }

  private goTo(provider: string): void {
    if (provider === this.provider) return;
    this.provider = provider;
    upsertSearchAttributes([{ key: searchAttributes.provider, value: provider }]);
  }

  /** Waits for the result by one retried activity; the provider's callback only makes it ask now. */
  private async collect(): Promise<void> {
    const { collect } = proxyActivities<ProviderSteps>({
      ...collectStep,
      scheduleToCloseTimeout: this.input.deadlineMs,
      taskQueue: taskQueues.collect(this.provider),
      summary: `Wait for ${this.provider} and store the result`,
    });
    for (;;) {
      this.calledBack = false;
      const attempt = new CancellationScope();
      const collected = attempt.run(() => collect(this.id)).then(() => true);
      const woken = condition(() => this.calledBack).then(() => false);
      if (await Promise.race([collected, woken])) return;
      attempt.cancel();
      // The attempt we gave up may have finished in the same moment; the next one then finds its result.
      await collected.catch((error: unknown) => {
        if (!isCancellation(error)) throw error;
      });
    }
  }

  private async deliver(): Promise<void> {
    this.enter('delivering');
    const { deliver } = proxyActivities<DeliverySteps>({
      ...deliveryStep,
      taskQueue: taskQueues.telegram,
      summary: 'Send the result, then commit the tokens',
    });
    await deliver(this.id);
    this.enter('delivered');
    this.show('delivered');
  }

  /** Every ending without a result: tokens first, then the news, then courtesy to the provider. */
  private async release(error: unknown): Promise<GenerationResult> {
    const code = failureCode(
      error,
      this.stage === 'delivering' ? 'DELIVERY_FAILED' : 'PROVIDER_TIMEOUT',
    );
    const submitted = this.stage === 'waiting' || this.stage === 'submitting';
    this.code = code;
    this.enter('releasing');
    const { release } = proxyLocalActivities<GenerationSteps>({
      ...databaseStep,
      summary: 'Return the reserved tokens',
    });
    const { status } = await release(this.id, code);
    if (status === 'delivered') {
      // The answer of the delivery was lost after its effect: the person has the result.
      this.enter('delivered');
      this.show('delivered');
      await this.complaintWindow();
      return { stage: 'delivered' };
    }
    this.enter(status);
    this.show(status);
    this.refunds.refuseAll('REFUND_NOTHING_PAID');
    await this.tellEnded(code);
    if (submitted) await this.cancelAtProvider();
    this.refunds.refuseAll('REFUND_NOTHING_PAID');
    return { stage: status, code };
  }

  private async tellEnded(code: ErrorCode): Promise<void> {
    const { tellEnded } = proxyActivities<DeliverySteps>({
      ...noticeStep,
      taskQueue: taskQueues.telegram,
      summary: 'Tell the person why there is no result',
    });
    await quietly('tellEnded', () => tellEnded(this.id, code));
  }

  private async cancelAtProvider(): Promise<void> {
    const { cancelAtProvider } = proxyActivities<ProviderSteps>({
      ...courtesyStep,
      scheduleToCloseTimeout: '1m',
      taskQueue: taskQueues.submit(this.provider),
      summary: `Ask ${this.provider} to stop`,
    });
    await quietly('cancelAtProvider', () => cancelAtProvider(this.id));
  }

  /** Stays open for an admin's refund signal; ends early once everything is refunded. */
  private async complaintWindow(): Promise<void> {
    let over = this.input.complaintWindowMs === 0;
    if (!over) {
      void sleep(this.input.complaintWindowMs, { summary: 'Refunds are taken' }).then(() => {
        over = true;
      });
    }
    while (this.stage === 'delivered') {
      await condition(() => over || !this.refunds.isEmpty);
      const request = this.refunds.take();
      if (request === undefined) return;
      await this.refund(request);
    }
    this.refunds.refuseAll('REFUND_ALREADY_DONE');
  }

  private async refund(request: RefundRequest): Promise<void> {
    const { refund } = proxyLocalActivities<GenerationSteps>({
      ...databaseStep,
      summary: 'Check the refund and return tokens',
    });
    const { tellGenerationRefund } = proxyActivities<DeliverySteps>({
      ...noticeStep,
      taskQueue: taskQueues.telegram,
      summary: 'Tell the person and the admin about the refund',
    });
    const answer = await refund(this.id, request);
    if (answer.outcome === 'settled') this.refunds.settle(request.id);
    else this.refunds.refuse(request.id, answer.code);
    if (answer.outcome === 'settled' && answer.nothingLeft) {
      this.enter('refunded');
      this.show('refunded');
    } else {
      this.enter(this.stage);
    }
    await quietly('tellGenerationRefund', () => tellGenerationRefund(this.id, request, answer));
  }

  private enter(stage: GenerationStage): void {
    this.stage = stage;
    setCurrentDetails(details(stage, this.code, this.refunds));
  }

  /** The list view's status; each change costs an event, so only endings are shown. */
  private show(status: 'delivered' | 'released' | 'refused' | 'refunded'): void {
    upsertSearchAttributes([{ key: searchAttributes.status, value: status }]);
  }
}

/** What an operator reads at the top of the workflow's page. */
function details(
  stage: GenerationStage,
  code: ErrorCode | undefined,
  refunds: RefundQueue,
): string {
  const because = code === undefined ? '' : ` because of \`${code}\``;
  return [`**${stage}**${because}\n`, ...describeRefunds(refunds.outcomes)].join('\n');
}
