/**
 * Looking at a payment's system: by itself until the money came or cannot come any more, afterwards
 * only when there is news. One retried activity waits however long, so that the history stays short.
 */
import {
  CancellationScope,
  condition,
  isCancellation,
  log,
  proxyActivities,
  sleep,
} from '@temporalio/workflow';
import type {
  Known,
  OpenedPayment,
  Seen,
  SystemPaymentSteps,
} from '../activities/system-payment-steps';
import { taskQueues } from './contract';
import { failureCode } from './failure-code';
import { watchStep } from './policies';

export interface WatchHost {
  readonly paymentId: string;
  readonly system: string;
  onSight(seen: Seen): void;
  isOver(): boolean;
}

export class PaymentWatch {
  private readonly host: WatchHost;
  private known: Known = { facts: '', state: undefined };
  private isAsked = false;
  private news = false;
  private looking = false;

  constructor(host: WatchHost) {
    this.host = host;
  }

  /** There may be something to see. */
  wake(): void {
    this.news = true;
  }

  /** Whether it will still find something by itself or is about to look. */
  get isBusy(): boolean {
    return this.news || this.looking || this.isPolling;
  }

  private get isPolling(): boolean {
    return this.isAsked && this.known.state !== 'closed';
  }

  begin({ isAsked, watchMs }: Pick<OpenedPayment, 'isAsked' | 'watchMs'>): void {
    this.isAsked = isAsked && watchMs > 0;
    if (!this.isAsked) return;
    void sleep(watchMs, { summary: 'Money may still come' }).then(() => {
      this.isAsked = false;
    });
  }

  async untilOver(): Promise<void> {
    for (;;) {
      await condition(() => this.isPolling || this.news || this.host.isOver());
      if (!this.isPolling && !this.news) return;
      this.looking = true;
      const seen = this.isPolling ? await this.poll() : await this.lookOnce();
      this.looking = false;
      if (seen === undefined) continue;
      this.known = { facts: seen.facts, state: seen.state };
      this.host.onSight(seen);
    }
  }

  /** Waits for something new; news only makes it ask now. */
  private async poll(): Promise<Seen | undefined> {
    this.news = false;
    const { watchPayment } = this.steps('Wait for the money');
    const scope = new CancellationScope();
    const seen = scope
      .run(() => watchPayment(this.host.paymentId, this.known, false))
      .catch((error: unknown) => {
        this.giveUp(error);
        return undefined;
      });
    const woken = condition(() => this.news || !this.isPolling);
    await Promise.race([seen, woken]);
    scope.cancel();
    // The look we gave up may have found something in the same moment.
    return seen;
  }

  private async lookOnce(): Promise<Seen | undefined> {
    this.news = false;
    const { watchPayment } = this.steps('Look at the payment', '1 day');
    try {
      return await watchPayment(this.host.paymentId, this.known, true);
    } catch (error) {
      this.giveUp(error);
      return undefined;
    }
  }

  private giveUp(error: unknown): void {
    if (isCancellation(error)) return;
    // Every failure of a look-up is retried, so this is a fault of ours; news still makes it look.
    this.isAsked = false;
    log.error('A payment cannot be looked at', { code: failureCode(error) });
  }

  private steps(what: string, scheduleToCloseTimeout?: '1 day') {
    return proxyActivities<SystemPaymentSteps>({
      ...watchStep,
      ...(scheduleToCloseTimeout === undefined ? {} : { scheduleToCloseTimeout }),
      taskQueue: taskQueues.payments,
      summary: `${what} (${this.host.system})`,
    });
  }
}
