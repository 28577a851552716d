/** /byhand: refunds whose money an admin has to return outside Easel, and saying that it is done. */
import { AppError } from '../../domain/errors';
import { moneyText } from '../../telegram/money-text';
import { paymentInput } from '../../workflows/inputs';
import type { BotContext } from '../context';
import { feature, onAdminCommand, type Feature } from '../routes';

const LISTED = 20;

export function byHandFeature(): Feature {
  return feature(
    onAdminCommand('byhand', (ctx, argument) => (argument === '' ? list(ctx) : say(ctx, argument))),
  );
}

async function list(ctx: BotContext): Promise<void> {
  const { t, deps } = ctx;
  const refunds = await deps.payments.manualRefunds(LISTED);
  const lines = refunds.map(({ id, amount }) =>
    t('desk.byHand.line', { amount: moneyText(t, amount), id }),
  );
  const shown = lines.length === 0 ? [t('desk.none')] : lines;
  await ctx.say({
    text: [t('desk.byHand.title'), ...shown, '', t('desk.byHand.usage')].join('\n'),
  });
}

/** `<payment id>:<refund id> done|failed <reason>`; the workflow settles it or puts the tokens back. */
async function say(ctx: BotContext, argument: string): Promise<void> {
  const { t, deps, person } = ctx;
  const match = /^([\w-]{1,64}):([\w-]{1,64})\s+(done|failed)\s+(\S[\s\S]{0,499})$/.exec(argument);
  if (match === null) {
    await ctx.say({ text: t('desk.byHand.usage') });
    return;
  }
  const [, paymentId = '', id = '', word, reason = ''] = match;
  const refund = await deps.payments.getRefund(`${paymentId}:${id}`);
  if (!refund.manual) throw new AppError('NOT_FOUND', 'Not a refund that waits for a hand');
  const payment = await deps.payments.get(paymentId);
  const actor = person.telegramId.toString();
  const request = { id, actor, reason: reason.trim(), done: word === 'done' };
  await deps.engine.refundPayment(paymentInput(payment, deps.windows), request);
  await ctx.say({ text: t('bot.admin.done') });
}
