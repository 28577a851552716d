/** The database steps of a payment; they run as local activities beside the workflow. */
import { AppError, type ErrorCode } from '../domain/errors';
import type { RefundRequest } from '../domain/refund';
import type { PaymentStore } from '../storage/payment-store';
import { withMappedFailures } from './failure';

export interface PaymentStepsDeps {
  readonly payments: PaymentStore;
  /** Telegram ids of the admins. */
  readonly admins: readonly string[];
}

/** What a refund request came to before any money moved; a repeated id gets its first answer. */
export type RefundDecision =
  | { readonly outcome: 'clawed_back'; readonly refundId: string }
  | { readonly outcome: 'refused'; readonly code: ErrorCode }
  | { readonly outcome: 'settled' | 'put_back'; readonly refundId: string };

export type PaymentSteps = ReturnType<typeof createPaymentSteps>;

export function createPaymentSteps(deps: PaymentStepsDeps) {
  const { payments } = deps;
  return withMappedFailures({
    /** Credits one charge once. `held`: it is not the money that was agreed on. */
    async credit(system: string, chargeId: string): Promise<{ outcome: 'credited' | 'held' }> {
      try {
        await payments.credit(system, chargeId);
        return { outcome: 'credited' };
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
      const answer = await payments.requestRefund({ paymentId, request, admins: deps.admins });
      if (answer.outcome === 'refused') return { outcome: 'refused', code: answer.code };
      return { outcome: answer.outcome, refundId: answer.refundId };
    },

    async settleRefund(refundId: string): Promise<void> {
      await payments.settleRefund(refundId);
    },

    async putBackRefund(refundId: string): Promise<void> {
      await payments.putBackRefund(refundId);
    },
  });
}
