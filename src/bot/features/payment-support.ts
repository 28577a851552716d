/**
 * /paysupport: Telegram wants every bot that sells to answer it. What follows the command goes to
 * the admins, who can write to the person from there.
 */
import { menuKeyboard } from '../../telegram/keyboards';
import { tellAdmins } from '../admins';
import type { BotContext } from '../context';
import { dayOf } from '../day';
import { feature, onCommand, type Feature } from '../routes';

const PAYMENTS_SHOWN = 5;
const QUESTION_MAX = 1000;

export function paymentSupportFeature(): Feature {
  return feature(
    onCommand('paysupport', (ctx, question) =>
      question === '' ? explain(ctx) : passOn(ctx, question),
    ),
  );
}

async function explain(ctx: BotContext): Promise<void> {
  const { t } = ctx;
  const payments = await latestPayments(ctx);
  const lines = payments.length === 0 ? [t('bot.paysupport.none')] : payments;
  const text = [t('bot.paysupport.title'), '', t('bot.paysupport.last'), ...lines].join('\n');
  await ctx.say({ text, keyboard: menuKeyboard(t) });
}

async function passOn(ctx: BotContext, question: string): Promise<void> {
  const { t, person, deps } = ctx;
  const payments = await latestPayments(ctx);
  await tellAdmins(deps, (adminTexts) => ({
    text: [
      adminTexts('bot.paysupport.question', {
        name: person.firstName,
        telegramId: person.telegramId.toString(),
        person: person.id,
        question: question.slice(0, QUESTION_MAX),
      }),
      ...payments,
    ].join('\n'),
  }));
  await ctx.say({ text: t('bot.paysupport.passedOn'), keyboard: menuKeyboard(t) });
}

async function latestPayments(ctx: BotContext): Promise<string[]> {
  const { t, person } = ctx;
  const payments = await ctx.deps.payments.listByPerson(person.id, { limit: PAYMENTS_SHOWN });
  return payments
    .filter(({ status }) => status === 'paid')
    .map((payment) =>
      t('bot.paysupport.line', {
        date: dayOf(payment.createdAt, person.language),
        tokens: t.plain('unit.tokens', { count: payment.packTokens }),
        stars: t.plain('unit.stars', { count: payment.price.amountMinor }),
        id: payment.id,
      }),
    );
}
