/** /refund: a signal to the workflow of a payment or a generation. What comes of it, the workflow says. */
import { AppError } from '../../domain/errors';
import type { RefundRequest } from '../../domain/refund';
import { paymentInput } from '../../workflows/inputs';
import { readRefundCommand } from '../command';
import type { BotContext } from '../context';
import { findGeneration } from '../order';
import { findPayment } from '../payments';
import { feature, onAdminCommand, type Feature } from '../routes';

export function refundFeature(): Feature {
  return feature(onAdminCommand('refund', refund));
}

async function refund(ctx: BotContext, argument: string): Promise<void> {
  const { t, person } = ctx;
  const wish = readRefundCommand(argument);
  if (wish === undefined) {
    await ctx.say({ text: t('bot.admin.usageRefund') });
    return;
  }
  const { target, amount, force, reason } = wish;
  const request: RefundRequest = {
    // From the update, so that a repeated command is one refund.
    id: ctx.newId('r'),
    actor: person.telegramId.toString(),
    reason,
    ...(amount === undefined ? {} : { amount }),
    ...(force ? { force } : {}),
  };
  const outcome = await send(ctx, target, request);
  await ctx.say({ text: t(`bot.admin.${outcome}`, { refund: request.id, target }) });
}

async function send(
  ctx: BotContext,
  target: string,
  request: RefundRequest,
): Promise<'sent' | 'closed'> {
  const { engine, windows } = ctx.deps;
  const payment = await findPayment(ctx.deps, target);
  if (payment !== undefined) {
    await engine.refundPayment(paymentInput(payment, windows), request);
    return 'sent';
  }
  if ((await findGeneration(ctx.deps, target)) === undefined) {
    throw new AppError('NOT_FOUND', 'Neither a payment nor a generation');
  }
  try {
    await engine.refundGeneration(target, request);
    return 'sent';
  } catch (error) {
    if (error instanceof AppError && error.code === 'NOT_FOUND') return 'closed';
    throw error;
  }
}
