/** /start: the first meeting, and the way back to the menu ever after. */
import { mainMenuKeyboard } from '../../telegram/keyboards';
import { registerAdminCommands } from '../commands';
import type { BotContext } from '../context';
import { menuText } from '../menu-card';
import { feature, isAdmin, onCommand, type Feature } from '../routes';
import { giveWelcome } from '../welcome';

export function startFeature(): Feature {
  // What follows /start comes from the link the person opened; it changes nothing here.
  return feature(onCommand('start', (ctx) => start(ctx)));
}

async function start(ctx: BotContext): Promise<void> {
  const { t, person } = ctx;
  const given = ctx.welcomed ?? (await giveWelcome(ctx));
  await ctx.deps.drafts.clear(person.id);
  const gift = given && t('bot.welcome.gift', { tokens: t.plain('unit.tokens', { count: given }) });
  const parts = [t('bot.welcome.hello', { name: person.firstName }), gift, await menuText(ctx)];
  const text = parts.filter((part) => part !== undefined).join('\n\n');
  await ctx.say({ text, keyboard: mainMenuKeyboard(t) });
  if (isAdmin(ctx)) await registerAdminCommands(ctx.deps, person.telegramId.toString());
}
