/** The database steps of a payment; they run as local activities beside the workflow. */
import { AppError, type ErrorCode } from '../domain/errors';
import type { DecisionRequest } from '../domain/decision';
import type { RefundRequest } from '../domain/refund';
import type { PaymentSystems } from '../payments/registry';
import type { PaymentStore } from '../storage/payment-store';
import { withMappedFailures } from './failure';

export interface PaymentStepsDeps {
  readonly payments: PaymentStore;
  readonly systems: Pick<PaymentSystems, 'ready'>;
  /** Telegram ids of the admins. */
  readonly admins: readonly string[];
}

/** What a refund request came to before any money moved; a repeated id gets its first answer. */
export type RefundDecision =
  | { readonly outcome: 'clawed_back'; readonly refundId: string }
  | { readonly outcome: 'refused'; readonly code: ErrorCode }
  | { readonly outcome: 'settled' | 'put_back'; readonly refundId: string };

export type CreditOutcome = 'credited' | 'held' | 'going_back';

export type PaymentSteps = ReturnType<typeof createPaymentSteps>;

export function createPaymentSteps(deps: PaymentStepsDeps) {
  const { payments } = deps;
  return withMappedFailures({
    /**
     * Credits one charge once. `held`: it is not the money that was agreed on. `going_back`: it was
     * refunded before, so nobody gets its tokens.
     */
    async credit(system: string, chargeId: string): Promise<{ outcome: CreditOutcome }> {
      try {
        const { goesBack } = await payments.credit(system, chargeId);
        return { outcome: goesBack ? 'going_back' : 'credited' };
      } catch (error) {
        if (error instanceof AppError && error.code === 'PAYMENT_MISMATCH')
          return { outcome: 'held' };
        throw error;
      }
    },

    /** False when a charge was stored in the meantime, so that the payment must not expire. */
    async expirePayment(paymentId: string): Promise<boolean> {
      return payments.expire(paymentId);
    },

    async failPayment(paymentId: string, code: ErrorCode): Promise<void> {
      await payments.fail(paymentId, code);
    },

    async requestRefund(paymentId: string, request: RefundRequest): Promise<RefundDecision> {
      const { system } = await payments.get(paymentId);
      const answer = await payments.requestRefund({
        paymentId,
        request,
        admins: deps.admins,
        inParts: deps.systems.ready.get(system)?.definition.refunds !== 'full',
      });
      if (answer.outcome === 'refused') return { outcome: 'refused', code: answer.code };
      return { outcome: answer.outcome, refundId: answer.refundId };
    },

    /** Undefined when it is decided as asked; else why not. */
    async decide(paymentId: string, request: DecisionRequest): Promise<ErrorCode | undefined> {
      return payments.decide({ paymentId, request, admins: deps.admins });
    },

    /** The refund stands in the admins' list of money to return by hand. */
    async awaitHand(refundId: string): Promise<void> {
      await payments.awaitHand(refundId);
    },

    /** An admin returned the money by hand (`done`), or will not. Undefined: recorded as asked. */
    async confirmRefund(refundId: string, request: RefundRequest): Promise<ErrorCode | undefined> {
      if (!deps.admins.includes(request.actor)) return 'REFUND_ACTOR_UNKNOWN';
      const { actor, reason } = request;
      if (request.done === true) await payments.settleRefund(refundId, { actor, reason });
      else await payments.putBackRefund(refundId, { actor, reason });
      return undefined;
    },

    async settleRefund(refundId: string): Promise<void> {
      await payments.settleRefund(refundId);
    },

    async putBackRefund(refundId: string): Promise<void> {
      await payments.putBackRefund(refundId);
    },
  });
}
