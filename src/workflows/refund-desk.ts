/**
 * Refunds of a payment outside the chat, one at a time: tokens first, then the money, then the books.
 * Money that only an admin can return waits here for the admin's word.
 */
import { condition, patched, proxyActivities } from '@temporalio/workflow';
import type { SystemPaymentSteps } from '../activities/system-payment-steps';
import type { ErrorCode } from '../domain/errors';
import type { RefundRequest } from '../domain/refund';
import { taskQueues } from './contract';
import { paymentNotices, paymentSteps } from './payment-proxies';
import { moneyBackStep } from './policies';
import { quietly } from './quietly';
import type { RefundQueue } from './refund-queue';

export interface DeskHost {
  readonly paymentId: string;
  readonly system: string;
  /** The money of a charge went back; of the only one that was held when none is named. */
  settleHeld(chargeId: string | undefined): void;
  readonly watch: { wake(): void };
  /** Something an operator reads has changed. */
  show(): void;
  isOver(): boolean;
}

export class RefundDesk {
  private readonly host: DeskHost;
  private readonly queue: RefundQueue;
  private working = false;

  constructor(host: DeskHost, queue: RefundQueue) {
    this.host = host;
    this.queue = queue;
  }

  get isBusy(): boolean {
    return this.working || !this.queue.isEmpty;
  }

  async untilOver(): Promise<void> {
    for (;;) {
      await condition(() => !this.queue.isEmpty || this.host.isOver());
      const request = this.queue.take();
      if (request === undefined) return;
      this.working = true;
      if (await this.refund(request)) this.host.settleHeld(request.chargeId);
      this.working = false;
      this.host.show();
    }
  }

  /** Whether the money went back. */
  private async refund(request: RefundRequest): Promise<boolean> {
    const { requestRefund } = paymentSteps('Check the refund and take the tokens back');
    const decision = await requestRefund(this.host.paymentId, request);
    if (decision.outcome === 'clawed_back') await this.returnMoney(request.id, decision.refundId);
    else if (decision.outcome === 'refused') this.queue.refuse(request.id, decision.code);
    else if (decision.outcome === 'settled') this.queue.settle(request.id);
    else this.queue.putBack(request.id);
    await this.tell(request, decision.outcome === 'refused' ? decision.code : undefined);
    return this.queue.isSettled(request.id);
  }

  private async returnMoney(id: string, refundId: string): Promise<void> {
    const { returnToPayer } = proxyActivities<SystemPaymentSteps>({
      ...moneyBackStep,
      taskQueue: taskQueues.payments,
      summary: `Return the money (${this.host.system})`,
    });
    const returned = await returnToPayer(refundId);
    if (returned === 'by_hand') return this.awaitHand(id, refundId);
    if (returned === 'refunded') {
      await paymentSteps('Record that the money went back').settleRefund(refundId);
      this.queue.settle(id);
    } else {
      await paymentSteps('Give the tokens back').putBackRefund(refundId);
      this.queue.putBack(id);
      this.lookAgain();
    }
  }

  /** However long it takes: the tokens are gone, so one of the two must come back. */
  private async awaitHand(id: string, refundId: string): Promise<void> {
    await paymentSteps('Put it on the list of money to return by hand').awaitHand(refundId);
    this.queue.awaitHand(id);
    this.host.show();
    const notices = paymentNotices('Ask the admins to return the money by hand');
    await quietly('tellByHand', () => notices.tellByHand(refundId));
    for (;;) {
      await condition(() => this.queue.isConfirmed(id));
      const word = this.queue.takeConfirmation(id);
      if (word === undefined) continue;
      const { confirmRefund } = paymentSteps('Record what became of the money');
      const objection = await confirmRefund(refundId, word);
      if (objection === undefined) {
        if (word.done === true) this.queue.settle(id);
        else this.queue.putBack(id);
        this.lookAgain();
        return;
      }
      this.queue.awaitHand(id, objection);
      this.host.show();
    }
  }

  /** One made in the cabinet meanwhile was taken for ours, or waits for what ours leaves. */
  private lookAgain(): void {
    if (patched('look-after-no')) this.host.watch.wake();
  }

  private async tell(request: RefundRequest, refused: ErrorCode | undefined): Promise<void> {
    const notices = paymentNotices('Tell the person and the admin about the refund');
    await quietly('tellPaymentRefund', () =>
      notices.tellPaymentRefund(this.host.paymentId, request, refused),
    );
  }
}
