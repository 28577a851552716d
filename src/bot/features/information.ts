/** What people may want to read: help, terms, privacy, who they are here. */
import { menuKeyboard } from '../../telegram/keyboards';
import type { BotContext } from '../context';
import { feature, onAction, onCommand, type Feature } from '../routes';

export function informationFeature(): Feature {
  return feature(
    onCommand('help', (ctx) => read(ctx, ctx.t('bot.help'))),
    onAction('help', (ctx) => read(ctx, ctx.t('bot.help'))),
    onCommand('terms', (ctx) => read(ctx, ctx.t('bot.terms'))),
    onCommand('privacy', (ctx) => read(ctx, ctx.t('bot.privacy'))),
    onCommand('profile', async (ctx) => read(ctx, await profile(ctx))),
  );
}

async function read(ctx: BotContext, text: string): Promise<void> {
  await ctx.answer();
  await ctx.show({ text, keyboard: menuKeyboard(ctx.t) });
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
