/** "I have paid": the payment looks at its system now. The tokens, when they come, are news of their own. */
import type { BotContext } from '../context';
import { findPayment } from '../payments';
import { feature, onAction, type Feature } from '../routes';
import { paymentInput } from '../../workflows/inputs';

export function checkPaymentFeature(): Feature {
  return feature(onAction('pay:check', (ctx, { paymentId }) => check(ctx, paymentId)));
}

async function check(ctx: BotContext, paymentId: string): Promise<void> {
  const { engine, windows } = ctx.deps;
  const payment = await findPayment(ctx.deps, paymentId);
  // Somebody else's button, forwarded: whether that is paid is none of their business.
  if (payment?.personId !== ctx.person.id) {
    await ctx.answer(ctx.t.plain('notice.oldButton'));
    return;
  }
  await ctx.answer(ctx.t.plain('pay.looking'));
  await engine.paymentNews(paymentInput(payment, windows));
}
