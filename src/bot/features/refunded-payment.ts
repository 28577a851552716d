import { feature, type Feature } from '../routes';

/**
 * Telegram's note that Stars went back. The workflow that returned them has done the rest; a refund
 * it does not know of is for the reconciliation to find.
 */
export function refundedPaymentFeature(): Feature {
  return feature(async (ctx, next) => {
    const { sent } = ctx;
    if (sent === undefined || !('refunded_payment' in sent)) return next();
    ctx.deps.logger.info({ personId: ctx.person.id }, 'Telegram says that a payment was refunded');
  });
}
