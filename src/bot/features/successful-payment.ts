/**
 * Money came. It is stored before anything else; then the payment's workflow credits the tokens and
 * tells the person. Telegram says so once more until both have worked.
 */
import type { SuccessfulPayment } from 'telegraf/types';
import { paymentInput } from '../../workflows/inputs';
import { tellAdmins } from '../admins';
import type { BotContext } from '../context';
import { findPayment } from '../payments';
import { feature, type Feature } from '../routes';

export function successfulPaymentFeature(): Feature {
  return feature((ctx, next) => {
    const { sent } = ctx;
    return sent !== undefined && 'successful_payment' in sent
      ? take(ctx, sent.successful_payment)
      : next();
  });
}

async function take(ctx: BotContext, paid: SuccessfulPayment): Promise<void> {
  const { payments, engine, windows } = ctx.deps;
  const paymentId = paid.invoice_payload;
  const chargeId = paid.telegram_payment_charge_id;
  await payments.recordCharge({
    system: 'stars',
    chargeId,
    paymentId,
    telegramId: ctx.person.telegramId,
    currency: paid.currency,
    amountMinor: BigInt(paid.total_amount),
  });
  const payment = await findPayment(ctx.deps, paymentId);
  if (payment === undefined) return reportUnmatched(ctx, paid);
  await engine.charged(paymentInput(payment, windows), chargeId);
}

/** An invoice of another deployment, perhaps. A person decides; repeating would change nothing. */
async function reportUnmatched(ctx: BotContext, paid: SuccessfulPayment): Promise<void> {
  const { t, person, deps } = ctx;
  const charge = paid.telegram_payment_charge_id;
  const details = {
    charge,
    payload: paid.invoice_payload,
    telegramId: person.telegramId.toString(),
    amount: paid.total_amount,
    currency: paid.currency,
  };
  deps.logger.error(
    { chargeId: charge, paymentId: paid.invoice_payload },
    'A payment matches no order',
  );
  await tellAdmins(deps, (adminTexts) => ({ text: adminTexts('bot.admin.unmatched', details) }));
  await ctx.say({ text: t('bot.buy.unmatched', { charge }) });
}
