/**
 * One purchase of tokens: open the invoice, credit every charge once, stay open for refunds. What is
 * paid by a message in the chat (Stars) is told here; the other systems are in system-payment.ts.
 *
 * It may run again under the same id after it ended: a late charge or a late refund starts it with a
 * signal, and `openInvoice` then finds the payment as it was left.
 */
import {
  CancellationScope,
  condition,
  log,
  patched,
  proxyActivities,
  setHandler,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import type { InvoiceSteps } from '../activities/invoice-steps';
import type { DecisionRequest } from '../domain/decision';
import type { ErrorCode } from '../domain/errors';
import { isPaidInChat } from '../domain/payment';
import type { RefundRequest } from '../domain/refund';
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
import { showOnPage } from './payment-page';
import { paymentNotices, paymentSteps } from './payment-proxies';
import { deliveryStep, moneyBackStep } from './policies';
import { quietly } from './quietly';
import { RefundQueue } from './refund-queue';
import { SystemPayment } from './system-payment';

/** A payment started again by a late signal needs no second full window for what it came for. */
const reopenedMs = 3_600_000;

export async function payment(input: PaymentInput): Promise<PaymentResult> {
  const run = isPaidInChat(input.system) ? new ChatPayment(input) : new SystemPayment(input);
  // Money that came must be credited and told of even when an operator cancels the workflow.
  return CancellationScope.nonCancellable(() => run.toEnd());
}

class ChatPayment {
  private readonly input: PaymentInput;
  private readonly id: string;
  private readonly refunds = new RefundQueue();
  private readonly decisions = new DecisionQueue();
  private readonly charges: string[] = [];
  private readonly credited: string[] = [];
  private readonly window = new Countdown();
  private stage: PaymentStage = 'opening';

  constructor(input: PaymentInput) {
    this.input = input;
    this.id = input.paymentId;
    setHandler(chargedSignal, (raw: unknown) => {
      this.charges.push(...chargesNamed(raw).filter((id) => !this.charges.includes(id)));
    });
    setHandler(refundSignal, (raw) => {
      this.refunds.accept(raw);
      // What was wrong with it stands at the top of the page at once, for the person who sent it.
      this.enter(this.stage);
    });
    setHandler(decideSignal, (raw) => {
      this.decisions.accept(raw);
      this.enter(this.stage);
    });
    // Telegram cannot be asked: it tells the bot of every charge by itself.
    setHandler(paymentNewsSignal, () => undefined);
    setHandler(paymentStateQuery, () => ({
      stage: this.stage,
      creditedCharges: this.credited,
      refunds: this.refunds.outcomes,
      decisions: this.decisions.outcomes,
    }));
  }

  async toEnd(): Promise<PaymentResult> {
    await this.open();
    const { expiryMs, refundWindowMs } = this.input;
    this.waitFor(this.stage === 'waiting' ? expiryMs : Math.min(reopenedMs, refundWindowMs));
    do {
      await this.handleAll();
      await condition(() => !this.window.isRunning || this.hasWork);
      if (!this.window.isRunning && this.stage === 'waiting') await this.expire();
    } while (this.window.isRunning || this.hasWork);
    const stage = this.stage === 'paid' || this.stage === 'failed' ? this.stage : 'expired';
    return { stage, creditedCharges: this.credited };
  }

  private async open(): Promise<void> {
    const { openInvoice } = proxyActivities<InvoiceSteps>({
      ...deliveryStep,
      // An invoice that cannot be shown before it expires is of no use to anyone.
      scheduleToCloseTimeout: this.input.expiryMs,
      taskQueue: taskQueues.telegram,
      summary: `Send the invoice (${this.input.system})`,
    });
    try {
      this.enter(await openInvoice(this.id));
    } catch (error) {
      const code = failureCode(error, 'PAYMENT_EXPIRED');
      const { failPayment } = paymentSteps('Record that the invoice could not be sent');
      await failPayment(this.id, code);
      this.enter('failed');
      if (patched('tell-of-failed-invoices')) await this.tellFailed(code);
    }
  }

  private async tellFailed(code: ErrorCode): Promise<void> {
    const notices = paymentNotices('Tell the person that there is no invoice');
    await quietly('tellPayFailed', () => notices.tellPayFailed(this.id, code));
  }

  private get hasWork(): boolean {
    return this.charges.length > 0 || !this.refunds.isEmpty || !this.decisions.isEmpty;
  }

  private async handleAll(): Promise<void> {
    while (this.hasWork) {
      const chargeId = this.charges.shift();
      if (chargeId !== undefined) await this.credit(chargeId);
      const request = this.refunds.take();
      if (request !== undefined) await this.refund(request);
      const decision = this.decisions.take();
      if (decision !== undefined) await this.decide(decision);
    }
  }

  private async credit(chargeId: string): Promise<void> {
    const { credit } = paymentSteps('Credit the tokens of one charge');
    let answer;
    try {
      answer = await credit(this.input.system, chargeId);
    } catch (error) {
      // One charge nobody knows must not take the payment down; a schedule finds what is left.
      log.error('A charge could not be credited', { chargeId, code: failureCode(error) });
      return;
    }
    if (answer.outcome === 'held') {
      // Another amount or currency than agreed: nobody's tokens until an admin has looked at it.
      await quietly('tellHeld', () =>
        paymentNotices('Tell the admins about the odd charge').tellHeld(this.id, chargeId),
      );
      return;
    }
    // Its money goes back already: there are no tokens to tell of.
    if (answer.outcome === 'going_back') return;
    if (!this.credited.includes(chargeId)) this.credited.push(chargeId);
    this.enter('paid');
    this.waitFor(this.input.refundWindowMs);
    await quietly('tellPaid', () =>
      paymentNotices('Tell the person about the tokens').tellPaid(this.id, chargeId),
    );
  }

  private async decide(request: DecisionRequest): Promise<void> {
    const { id, chargeId, decision, actor, reason } = request;
    const refused = await paymentSteps('Check and record the decision').decide(this.id, request);
    this.decisions.end(id, refused);
    if (refused === undefined && decision === 'return') {
      this.refunds.ask({ id: `decision-${id}`, actor, reason, chargeId });
    } else if (refused === undefined && decision !== 'dismiss') this.charges.push(chargeId);
    this.enter(this.stage);
  }

  private async expire(): Promise<void> {
    const { expirePayment } = paymentSteps('Mark the payment expired');
    if (!(await expirePayment(this.id))) {
      // A charge was stored in the same moment; its signal is on the way.
      this.enter('paid');
      this.waitFor(this.input.refundWindowMs);
      return;
    }
    this.enter('expired');
    await quietly('closeInvoice', () =>
      paymentNotices('Take the invoice away').closeInvoice(this.id),
    );
  }

  private async refund(request: RefundRequest): Promise<void> {
    const steps = paymentSteps('Check the refund and take the tokens back');
    const decision = await steps.requestRefund(this.id, request);
    if (decision.outcome === 'clawed_back') await this.returnMoney(request, decision.refundId);
    else if (decision.outcome === 'refused') this.refunds.refuse(request.id, decision.code);
    else if (decision.outcome === 'settled') this.refunds.settle(request.id);
    else this.refunds.putBack(request.id);
    this.enter(this.stage);
    await quietly('tellPaymentRefund', () =>
      paymentNotices('Tell the person and the admin about the refund').tellPaymentRefund(
        this.id,
        request,
        decision.outcome === 'refused' ? decision.code : undefined,
      ),
    );
  }

  /** The tokens are taken back already: the money goes back too, or the tokens do. */
  private async returnMoney(request: RefundRequest, refundId: string): Promise<void> {
    const { returnMoney } = proxyActivities<InvoiceSteps>({
      ...moneyBackStep,
      taskQueue: taskQueues.telegram,
      summary: `Return the money (${this.input.system})`,
    });
    if ((await returnMoney(refundId)) === 'refunded') {
      await paymentSteps('Record that the money went back').settleRefund(refundId);
      this.refunds.settle(request.id);
    } else {
      await paymentSteps('Give the tokens back').putBackRefund(refundId);
      this.refunds.putBack(request.id);
    }
  }

  /** The invoice's expiry first, after each charge the refund window. */
  private waitFor(durationMs: number): void {
    if (this.stage === 'failed') return;
    const isOpen = this.stage === 'waiting';
    this.window.start(durationMs, isOpen ? 'The invoice can be paid' : 'Refunds are taken');
  }

  private enter(stage: PaymentStage): void {
    const changed = this.stage !== stage;
    this.stage = stage;
    const { credited } = this;
    const [decisions, refunds] = [this.decisions.outcomes, this.refunds.outcomes];
    showOnPage({ stage, credited, decisions, refunds });
    if (changed && stage !== 'waiting') {
      upsertSearchAttributes([{ key: searchAttributes.status, value: stage }]);
    }
  }
}
