/**
 * Bank transfers that wait for an admin, by /card or by the buttons under a receipt. Whoever confirms one
 * types what the bank shows; a button asks for it.
 */
import { z } from 'zod';
import type { CardRequest } from '../../storage/card-request-store';
import {
  calledOffKeyboard,
  cardKeyboard,
  cardsKeyboard,
  cardVerbs,
  type CardVerb,
} from '../../telegram/desk-keyboards';
import { menuKeyboard } from '../../telegram/keyboards';
import { moneyText } from '../../telegram/money-text';
import { answerKeyboard } from '../../telegram/shop-keyboards';
import { paymentInput } from '../../workflows/inputs';
import { readCardCommand, readCardWords, typedAmount, type CardCommand } from '../card-command';
import type { BotContext } from '../context';
import { dayOf } from '../day';
import { answered, ask, settle } from '../questions';
import { feature, isAdmin, onAdminAction, onAdminCommand, type Feature } from '../routes';

const LISTED = 20;

export function cardFeature(): Feature {
  return feature(
    onAdminCommand('card', async (ctx, argument) => {
      if (argument === '') return list(ctx);
      const command = readCardCommand(argument);
      if (command === undefined) await ctx.say({ text: ctx.t('desk.card.usage') });
      else await carryOut(ctx, command);
    }),
    onAdminAction('card', (ctx, { reference }) => show(ctx, reference)),
    ...cardVerbs.map((verb) =>
      onAdminAction(`card:${verb}`, (ctx, { reference }) => askFor(ctx, verb, reference)),
    ),
    onAdminAction('desk:cancel', callOff),
  );
}

async function askFor(ctx: BotContext, verb: CardVerb, reference: string): Promise<void> {
  const { t, deps } = ctx;
  const { payment } = await deps.cardRequests.get(reference);
  await ctx.answer();
  await ask(ctx, 'card', { verb, reference });
  const price = moneyText(t, payment.price);
  const text = t(`desk.card.asks.${verb}`, { reference, price });
  await ctx.say({ text, keyboard: calledOffKeyboard(t) });
}

const question = z.object({ verb: z.enum(cardVerbs), reference: z.string() });

/** Words for a person may be any; what the bank shows begins with a number. */
export async function takeCardWords(
  ctx: BotContext,
  text: string,
  data: unknown,
): Promise<boolean> {
  const asked = question.safeParse(data);
  if (!asked.success || !isAdmin(ctx) || text === '') return false;
  const { verb, reference } = asked.data;
  if (verb === 'confirm' && !/^\d/.test(text)) return false;
  await settle(ctx, async () => {
    const command = readCardWords(verb, reference, text);
    if (command !== undefined) return carryOut(ctx, command);
    await ctx.say({ text: ctx.t('desk.again'), keyboard: calledOffKeyboard(ctx.t) });
    return false;
  });
  return true;
}

async function callOff(ctx: BotContext): Promise<void> {
  await answered(ctx);
  await ctx.answer();
  await ctx.show({ text: ctx.t('desk.calledOff'), keyboard: menuKeyboard(ctx.t) });
}

/** False when the command cannot be meant: nothing was done. */
async function carryOut(ctx: BotContext, command: CardCommand): Promise<boolean> {
  const { deps } = ctx;
  const actor = ctx.person.telegramId.toString();
  const { reference } = command;
  const request = await deps.cardRequests.get(reference);
  switch (command.verb) {
    case 'say':
      await say(ctx, request, command.words);
      return true;
    case 'reject': {
      await deps.cardRequests.reject({ reference, actor, reason: command.words });
      const { chatId, language } = request.payment;
      const t = deps.texts(language);
      const text = t('desk.card.rejected', { reference, words: command.words });
      await deps.telegram.sendText(chatId, { text, keyboard: menuKeyboard(t) });
      await ctx.say({ text: ctx.t('bot.admin.done') });
      return true;
    }
    case 'confirm':
      return confirm(ctx, request, command);
  }
}

/** The charge is stored; its workflow credits it, or holds it when it is not the money agreed on. */
async function confirm(
  ctx: BotContext,
  { payment }: CardRequest,
  { reference, amount, bankReference }: Extract<CardCommand, { verb: 'confirm' }>,
): Promise<boolean> {
  const { t, deps, person } = ctx;
  const amountMinor = typedAmount(amount, payment.price.currency);
  if (amountMinor === undefined) {
    await ctx.say({ text: t('desk.card.usage') });
    return false;
  }
  const actor = person.telegramId.toString();
  const seen = { amountMinor, bankReference };
  const { chargeId } = await deps.cardRequests.confirm({ reference, actor, ...seen });
  await deps.engine.charged(paymentInput(payment, deps.windows), chargeId);
  await ctx.say({ text: t('desk.card.confirmed', { reference, bank: bankReference }) });
  return true;
}

async function say(ctx: BotContext, { payment, reference }: CardRequest, words: string) {
  const { deps } = ctx;
  const t = deps.texts(payment.language);
  const text = t('desk.card.message', { reference, words });
  await deps.telegram.sendText(payment.chatId, { text, keyboard: answerKeyboard(t, payment.id) });
  await ctx.say({ text: ctx.t('bot.admin.done') });
}

async function list(ctx: BotContext): Promise<void> {
  const { t, deps } = ctx;
  const requests = await deps.cardRequests.waiting(LISTED);
  const entries = requests.map((request) => ({
    reference: request.reference,
    label: t.plain('desk.card.label', lineOf(ctx, request)),
  }));
  const shown = requests.length === 0 ? [t('desk.none')] : [];
  const text = [t('desk.card.title'), ...shown, '', t('desk.card.usage')].join('\n');
  await ctx.say({ text, keyboard: cardsKeyboard(t, entries) });
}

async function show(ctx: BotContext, reference: string): Promise<void> {
  const { t, deps } = ctx;
  const request = await deps.cardRequests.get(reference);
  const { state } = request;
  await ctx.answer();
  const line = t('desk.card.line', lineOf(ctx, request));
  const text = [line, ...(state === 'open' ? [] : [t(`desk.card.state.${state}`)])].join('\n');
  await ctx.show({ text, keyboard: cardKeyboard(t, reference) });
}

function lineOf(
  { t, person }: BotContext,
  { reference, payment, receiptAt, createdAt }: CardRequest,
) {
  return {
    mark: receiptAt === null ? '⏳' : '📎',
    date: dayOf(createdAt, person.language),
    price: moneyText(t, payment.price),
    reference,
  };
}
