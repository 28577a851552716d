/**
 * A purchase by a payment system outside the chat: open the invoice, show it, look at the system until
 * the money came, credit every charge once, stay open for refunds.
 *
 * What a webhook or a button says only makes it look; what it finds there decides. It may run again
 * under the same id after it ended, when a late signal starts it.
 */
import {
  condition,
  continueAsNew,
  log,
  patched,
  proxyActivities,
  setHandler,
  sleep,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import type { PaymentNotices } from '../activities/payment-notices';
import type { OpenedPayment, Seen, SystemPaymentSteps } from '../activities/system-payment-steps';
import type { DecisionRequest } from '../domain/decision';
import { chargesNamed } from './charged';
import {
  chargedSignal,
  decideSignal,
  paymentNewsSignal,
  paymentStateQuery,
  refundSignal,
  searchAttributes,
  taskQueues,
  type PaymentInput,
  type PaymentResult,
  type PaymentStage,
} from './contract';
import { Countdown } from './countdown';
import { DecisionQueue } from './decision-queue';
import { failureCode } from './failure-code';
import { HeldCharges } from './held-charges';
import { showOnPage } from './payment-page';
import { cancelAtSystem, paymentNotices, paymentSteps } from './payment-proxies';
import { PaymentWatch } from './payment-watch';
import { deliveryStep, systemStep } from './policies';
import { quietly } from './quietly';
import { RefundDesk } from './refund-desk';
import { RefundQueue } from './refund-queue';

/** A payment started again by a late signal needs no second full window for what it came for. */
const reopenedMs = 3_600_000;
const refundsTaken = 'Refunds are taken';

type PaymentRun = (input: PaymentInput) => Promise<PaymentResult>;

export class SystemPayment {
  readonly paymentId: string;
  readonly system: string;
  private readonly input: PaymentInput;
  private readonly refunds = new RefundQueue();
  private readonly decisions = new DecisionQueue();
  readonly watch: PaymentWatch;
  private readonly desk: RefundDesk;
  private readonly charges: string[] = [];
  private readonly credited: string[] = [];
  private readonly foreign: string[] = [];
  private readonly held = new HeldCharges();
  private readonly window = new Countdown();
  private readonly toldOf = new Set<string>();
  private stage: PaymentStage = 'opening';
  private canBePaid = true;
  private expiryTried = false;
  private waitsForMoney = false;
  private working = false;

  constructor(input: PaymentInput) {
    this.input = input;
    this.paymentId = input.paymentId;
    this.system = input.system;
    this.watch = new PaymentWatch(this);
    this.desk = new RefundDesk(this, this.refunds);
    setHandler(paymentNewsSignal, () => {
      this.watch.wake();
    });
    setHandler(chargedSignal, (raw: unknown) => {
      this.take(chargesNamed(raw));
    });
    setHandler(refundSignal, (raw) => {
      this.refunds.accept(raw);
      this.show();
    });
    setHandler(decideSignal, (raw) => {
      this.decisions.accept(raw);
      this.show();
    });
    setHandler(paymentStateQuery, () => ({
      stage: this.stage,
      creditedCharges: this.credited,
      refunds: this.refunds.outcomes,
      decisions: this.decisions.outcomes,
    }));
  }

  async toEnd(): Promise<PaymentResult> {
    const opened = await this.open();
    if (opened !== undefined) this.begin(opened);
    await Promise.all([this.serve(), this.watch.untilOver(), this.desk.untilOver()]);
    if (this.watch.isTired && this.isOpen) await continueAsNew<PaymentRun>(this.input);
    const stage = this.stage === 'opening' || this.stage === 'waiting' ? 'expired' : this.stage;
    return { stage, creditedCharges: this.credited };
  }

  isOver(): boolean {
    const isIdle = !this.hasWork && !this.working && !this.watch.isBusy && !this.desk.isBusy;
    return isIdle && (this.watch.isTired || !this.isOpen);
  }

  private get isOpen(): boolean {
    return this.canBePaid || this.window.isRunning;
  }

  onSight(seen: Seen): void {
    this.take(seen.open);
    for (const { refundId, status } of seen.foreign) {
      const news = `${refundId} ${status}`;
      if (!this.toldOf.has(news)) this.foreign.push(refundId);
      this.toldOf.add(news);
    }
    if (seen.state === 'closed') this.canBePaid = false;
  }

  /** With nothing left to decide on and nothing credited, it ended like a payment nobody made. */
  settleHeld(chargeId: string | undefined): void {
    this.held.settle(chargeId);
    const isOver = this.stage === 'held' && this.held.isEmpty;
    if (isOver && patched('held-payments-end')) this.enter('expired');
  }

  show(): void {
    const { stage, credited } = this;
    const [decisions, refunds] = [this.decisions.outcomes, this.refunds.outcomes];
    showOnPage({ stage, credited, decisions, refunds });
  }

  private get hasWork(): boolean {
    const isUnpaid = !this.canBePaid && this.stage === 'waiting' && !this.expiryTried;
    const isToExpire = isUnpaid && !(this.waitsForMoney && this.watch.isProcessing);
    const isQueued = this.charges.length + this.foreign.length > 0;
    return isQueued || !this.decisions.isEmpty || isToExpire;
  }

  private take(chargeIds: readonly string[]): void {
    for (const id of chargeIds) {
      const isKnown = this.charges.includes(id) || this.credited.includes(id);
      if (!isKnown) this.charges.push(id);
    }
  }

  private async open(): Promise<OpenedPayment | undefined> {
    const { openPayment } = proxyActivities<SystemPaymentSteps>({
      ...systemStep,
      // An invoice that cannot be shown before it expires is of no use to anyone.
      scheduleToCloseTimeout: this.input.expiryMs,
      taskQueue: taskQueues.payments,
      summary: `Open the invoice (${this.system})`,
    });
    const { showPayment } = proxyActivities<PaymentNotices>({
      ...deliveryStep,
      scheduleToCloseTimeout: this.input.expiryMs,
      taskQueue: taskQueues.telegram,
      summary: 'Show where to pay',
    });
    let opened: OpenedPayment | undefined;
    try {
      opened = await openPayment(this.paymentId);
      if (opened.stage === 'waiting') await showPayment(this.paymentId);
      this.enter(opened.stage);
      return opened;
    } catch (error) {
      await this.fail(error);
      // Not shown for certain: whoever has its address may pay it.
      if (opened !== undefined && patched('watch-unshown')) this.watch.begin(opened);
      return undefined;
    }
  }

  private async fail(error: unknown): Promise<void> {
    const code = failureCode(error, 'PAYMENT_EXPIRED');
    await paymentSteps('Record that there is no invoice').failPayment(this.paymentId, code);
    this.canBePaid = false;
    this.enter('failed');
    const notices = paymentNotices('Tell the person that there is no invoice');
    await quietly('tellPayFailed', () => notices.tellPayFailed(this.paymentId, code));
    await cancelAtSystem(this.paymentId, this.system);
  }

  private begin(opened: OpenedPayment): void {
    this.watch.begin(opened);
    if (this.stage !== 'waiting') {
      this.canBePaid = false;
      this.window.start(Math.min(reopenedMs, this.input.refundWindowMs), refundsTaken);
      return;
    }
    void sleep(opened.payMs, { summary: 'The invoice can be paid' }).then(() => {
      this.canBePaid = false;
    });
  }

  private async serve(): Promise<void> {
    for (;;) {
      await condition(() => this.hasWork || this.isOver());
      if (!this.hasWork) return;
      this.working = true;
      await this.workOnce();
      this.working = false;
    }
  }

  private async workOnce(): Promise<void> {
    const chargeId = this.charges.shift();
    if (chargeId !== undefined) return this.credit(chargeId);
    const decision = this.decisions.take();
    if (decision !== undefined) return this.decide(decision);
    const refundId = this.foreign.shift();
    if (refundId === undefined) return this.expire();
    await quietly('tellForeignRefund', () =>
      paymentNotices('Tell of a refund made elsewhere').tellForeignRefund(this.paymentId, refundId),
    );
  }

  private async credit(chargeId: string): Promise<void> {
    const { credit } = paymentSteps('Credit the tokens of one charge');
    let outcome;
    try {
      ({ outcome } = await credit(this.system, chargeId));
    } catch (error) {
      // One charge nobody knows must not take the payment down; a schedule finds what is left.
      log.error('A charge could not be credited', { chargeId, code: failureCode(error) });
      return;
    }
    if (outcome === 'held') await this.hold(chargeId);
    if (outcome !== 'credited') return;
    if (!this.credited.includes(chargeId)) this.credited.push(chargeId);
    this.held.settle(chargeId);
    this.enter('paid');
    this.window.start(this.input.refundWindowMs, refundsTaken);
    await quietly('tellPaid', () =>
      paymentNotices('Tell the person about the tokens').tellPaid(this.paymentId, chargeId),
    );
  }

  /** Nobody's tokens until an admin has looked at it; stays open as for refunds. */
  private async hold(chargeId: string): Promise<void> {
    this.held.add(chargeId);
    if (this.stage !== 'paid') this.enter('held');
    this.window.start(this.input.refundWindowMs, refundsTaken);
    await quietly('tellInReview', () =>
      paymentNotices('Tell of a charge that is held').tellInReview(this.paymentId, chargeId),
    );
  }

  private async decide(request: DecisionRequest): Promise<void> {
    const { id, chargeId, decision, actor, reason } = request;
    const refused = await paymentSteps('Check and record the decision').decide(
      this.paymentId,
      request,
    );
    this.decisions.end(id, refused);
    if (refused === undefined && decision === 'return') {
      this.refunds.ask({ id: `decision-${id}`, actor, reason, chargeId });
    } else if (refused === undefined && decision === 'dismiss') this.settleHeld(chargeId);
    else if (refused === undefined) this.take([chargeId]);
    this.show();
  }

  private async expire(): Promise<void> {
    this.waitsForMoney = this.watch.isProcessing && patched('slow-methods');
    if (this.waitsForMoney) return;
    this.expiryTried = true;
    const { expirePayment } = paymentSteps('Mark the payment expired');
    if (!(await expirePayment(this.paymentId))) {
      // A charge was stored in the same moment: look at it.
      this.watch.wake();
      return;
    }
    this.enter('expired');
    await quietly('closeInvoice', () =>
      paymentNotices('Take the invoice away').closeInvoice(this.paymentId),
    );
    await cancelAtSystem(this.paymentId, this.system);
  }

  private enter(stage: PaymentStage): void {
    const isNew = this.stage !== stage;
    this.stage = stage;
    this.show();
    if (isNew && stage !== 'waiting') {
      upsertSearchAttributes([{ key: searchAttributes.status, value: stage }]);
    }
  }
}
