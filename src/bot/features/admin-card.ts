/** /card: bank transfers that wait for an admin. Whoever confirms one types what the bank shows. */
import type { CardRequest } from '../../storage/card-request-store';
import { menuKeyboard } from '../../telegram/keyboards';
import { moneyText } from '../../telegram/money-text';
import { answerKeyboard } from '../../telegram/shop-keyboards';
import { paymentInput } from '../../workflows/inputs';
import { readCardCommand, typedAmount, type CardCommand } from '../card-command';
import type { BotContext } from '../context';
import { dayOf } from '../day';
import { feature, onAdminCommand, type Feature } from '../routes';

const LISTED = 20;

export function cardFeature(): Feature {
  return feature(
    onAdminCommand('card', async (ctx, argument) => {
      if (argument === '') return list(ctx);
      const command = readCardCommand(argument);
      if (command === undefined) await ctx.say({ text: ctx.t('desk.card.usage') });
      else await carryOut(ctx, command);
    }),
  );
}

async function carryOut(ctx: BotContext, command: CardCommand): Promise<void> {
  const { deps } = ctx;
  const actor = ctx.person.telegramId.toString();
  const { reference } = command;
  const request = await deps.cardRequests.get(reference);
  switch (command.verb) {
    case 'say':
      await say(ctx, request, command.words);
      return;
    case 'reject': {
      await deps.cardRequests.reject({ reference, actor, reason: command.words });
      const { chatId, language } = request.payment;
      const t = deps.texts(language);
      const text = t('desk.card.rejected', { reference, words: command.words });
      await deps.telegram.sendText(chatId, { text, keyboard: menuKeyboard(t) });
      await ctx.say({ text: ctx.t('bot.admin.done') });
      return;
    }
    case 'confirm':
      await confirm(ctx, request, command);
  }
}

/** The charge is stored; its workflow credits it, or holds it when it is not the money agreed on. */
async function confirm(
  ctx: BotContext,
  { payment }: CardRequest,
  { reference, amount, bankReference }: Extract<CardCommand, { verb: 'confirm' }>,
): Promise<void> {
  const { t, deps, person } = ctx;
  const amountMinor = typedAmount(amount, payment.price.currency);
  if (amountMinor === undefined) {
    await ctx.say({ text: t('desk.card.usage') });
    return;
  }
  const actor = person.telegramId.toString();
  const seen = { amountMinor, bankReference };
  const { chargeId } = await deps.cardRequests.confirm({ reference, actor, ...seen });
  await deps.engine.charged(paymentInput(payment, deps.windows), chargeId);
  await ctx.say({ text: t('desk.card.confirmed', { reference, bank: bankReference }) });
}

async function say(ctx: BotContext, { payment, reference }: CardRequest, words: string) {
  const { deps } = ctx;
  const t = deps.texts(payment.language);
  const text = t('desk.card.message', { reference, words });
  await deps.telegram.sendText(payment.chatId, { text, keyboard: answerKeyboard(t, payment.id) });
  await ctx.say({ text: ctx.t('bot.admin.done') });
}

async function list(ctx: BotContext): Promise<void> {
  const { t, person, deps } = ctx;
  const requests = await deps.cardRequests.waiting(LISTED);
  const lines = requests.map(({ reference, payment, receiptAt, createdAt }) =>
    t('desk.card.line', {
      mark: receiptAt === null ? '⏳' : '📎',
      date: dayOf(createdAt, person.language),
      price: moneyText(t, payment.price),
      reference,
    }),
  );
  const shown = lines.length === 0 ? [t('desk.none')] : lines;
  await ctx.say({ text: [t('desk.card.title'), ...shown, '', t('desk.card.usage')].join('\n') });
}
