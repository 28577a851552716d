/** What people may want to read: help, terms, privacy, payments, who they are here. */
import { menuKeyboard } from '../../telegram/keyboards';
import type { BotContext } from '../context';
import { dayOf } from '../day';
import { feature, onAction, onCommand, type Feature } from '../routes';

const PAYMENTS_SHOWN = 5;

export function informationFeature(): Feature {
  return feature(
    onCommand('help', (ctx) => read(ctx, ctx.t('bot.help'))),
    onAction('help', (ctx) => read(ctx, ctx.t('bot.help'))),
    onCommand('terms', (ctx) => read(ctx, ctx.t('bot.terms'))),
    onCommand('privacy', (ctx) => read(ctx, ctx.t('bot.privacy'))),
    onCommand('paysupport', async (ctx) => read(ctx, await paymentHelp(ctx))),
    onCommand('profile', async (ctx) => read(ctx, await profile(ctx))),
  );
}

async function read(ctx: BotContext, text: string): Promise<void> {
  await ctx.answer();
  await ctx.show({ text, keyboard: menuKeyboard(ctx.t) });
}

async function paymentHelp(ctx: BotContext): Promise<string> {
  const { t, person } = ctx;
  const payments = await ctx.deps.payments.listByPerson(person.id, { limit: PAYMENTS_SHOWN });
  const lines = payments
    .filter(({ status }) => status === 'paid')
    .map((payment) =>
      t('bot.paysupport.line', {
        date: dayOf(payment.createdAt, person.language),
        tokens: t.plain('unit.tokens', { count: payment.packTokens }),
        stars: t.plain('unit.stars', { count: payment.price.amountMinor }),
        id: payment.id,
      }),
    );
  const list = lines.length === 0 ? t('bot.paysupport.none') : lines.join('\n');
  return [t('bot.paysupport.title', { id: person.id }), '', t('bot.paysupport.last'), list].join(
    '\n',
  );
}

async function profile(ctx: BotContext): Promise<string> {
  const { t, person } = ctx;
  const { available } = await ctx.deps.ledger.balance(person.id);
  const balance = t.plain('unit.tokens', { count: available });
  return [
    t('bot.profile.title', { name: person.firstName }),
    t('bot.profile.id', { id: person.id }),
    t('bot.menu.balance', { balance }),
  ].join('\n');
}
