/**
 * Looking at a payment's system: by itself until the money came or cannot come any more, and whenever
 * there is news. One retried activity waits however long, so that the history stays short.
 */
import {
  CancellationScope,
  condition,
  isCancellation,
  log,
  patched,
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

/** Bank debits take up to 14 working days; what comes after that is told by a webhook. */
const slowestMs = 21 * 24 * 3_600_000;

/** A tenth of what Temporal allows; a person who is not playing wakes a payment a few times. */
const wakingsMax = 1000;

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
  private looks = 0;
  private wakings = 0;
  /**
   * Woken so often that the history has to begin anew: Temporal takes so many signals a run and then no
   * more, also none of a dispute. The next run looks from the start, so nothing is lost in between.
   */
  isTired = false;

  constructor(host: WatchHost) {
    this.host = host;
  }

  /** There may be something to see. */
  wake(): void {
    this.news = true;
    this.wakings += 1;
    if (this.wakings === wakingsMax && patched('many-wakings')) this.isTired = true;
  }

  /** Whether it will still find something by itself or is about to look. */
  get isBusy(): boolean {
    return this.news || this.looks > 0 || this.isPolling;
  }

  private get isPolling(): boolean {
    return this.isAsked && !this.isTired && this.known.state !== 'closed';
  }

  begin({ isAsked, watchMs }: Pick<OpenedPayment, 'isAsked' | 'watchMs'>): void {
    this.isAsked = isAsked && watchMs > 0;
    if (!this.isAsked) return;
    void sleep(watchMs, { summary: 'Money may still come' }).then(async () => {
      if (this.isProcessing && patched('slow-methods')) {
        await sleep(slowestMs, { summary: 'Money is on its way' });
      }
      const isOpen = this.isPolling;
      this.isAsked = false;
      // The look before may be long ago: the workers or the system may have been down since.
      if (isOpen && patched('last-look')) this.wake();
    });
  }

  /** The payer has done their part, and the system still waits for the money. */
  get isProcessing(): boolean {
    return this.isAsked && this.known.state === 'processing';
  }

  async untilOver(): Promise<void> {
    await Promise.all([
      this.lookWhile(
        () => this.isPolling,
        () => this.poll(),
        () => {
          this.isAsked = false;
        },
      ),
      this.lookWhile(
        () => this.news,
        () => this.lookNow(),
        () => {
          if (!patched('looks-apart')) this.isAsked = false;
        },
      ),
    ]);
  }

  private async lookWhile(
    isDue: () => boolean,
    look: () => Promise<Seen | undefined>,
    giveUp: () => void,
  ): Promise<void> {
    for (;;) {
      await condition(() => isDue() || this.host.isOver());
      if (!isDue()) return;
      this.looks += 1;
      const seen = await this.unlessFailed(look, giveUp);
      this.looks -= 1;
      if (seen === undefined) continue;
      this.known = { facts: seen.facts, state: seen.state };
      this.host.onSight(seen);
    }
  }

  /**
   * Waits for something new, for as long as it is worth waiting. What was found otherwise in the
   * meantime is new to it as well, so its next look ends it.
   */
  private async poll(): Promise<Seen> {
    const { watchPayment } = this.steps('Wait for the money');
    const scope = new CancellationScope();
    const seen = scope.run(() => watchPayment(this.host.paymentId, this.known, false));
    const over = condition(() => !this.isAsked || this.isTired).then(() => {
      scope.cancel();
      return seen;
    });
    return Promise.race([seen, over]);
  }

  /** Beside the poll: many pieces of news at once cost one look, or two. */
  private async lookNow(): Promise<Seen> {
    this.news = false;
    const { watchPayment } = this.steps('Look at the payment', '1 day');
    return watchPayment(this.host.paymentId, this.known, true);
  }

  private async unlessFailed(
    look: () => Promise<Seen | undefined>,
    giveUp: () => void,
  ): Promise<Seen | undefined> {
    try {
      return await look();
    } catch (error) {
      if (isCancellation(error)) return undefined;
      // Every failure of a look-up is retried, so this is a fault of ours, or the system was down for a
      // day while news waited; other news still makes it look.
      giveUp();
      log.error('A payment cannot be looked at', { code: failureCode(error) });
      return undefined;
    }
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
