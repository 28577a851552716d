/** /start: the first meeting, and the way back to the menu ever after. */
import { registerAdminCommands } from '../commands';
import type { BotContext } from '../context';
import { menuButtons, menuText } from '../menu-card';
import { followReferral } from '../referral-link';
import { feature, isAdmin, onCommand, type Feature } from '../routes';
import { giveWelcome } from '../welcome';

export function startFeature(): Feature {
  return feature(onCommand('start', start));
}

/** What follows /start comes from the link the person opened. */
async function start(ctx: BotContext, payload: string): Promise<void> {
  const { t, person } = ctx;
  const given = ctx.welcomed ?? (await giveWelcome(ctx));
  await ctx.deps.drafts.clear(person.id);
  const gift = given && t('bot.welcome.gift', { tokens: t.plain('unit.tokens', { count: given }) });
  const invited = await followReferral(ctx, payload);
  const hello = t('bot.welcome.hello', { name: person.firstName });
  const parts = [hello, invited, gift, await menuText(ctx)];
  const text = parts.filter((part) => part !== undefined).join('\n\n');
  await ctx.say({ text, keyboard: menuButtons(ctx) });
  if (isAdmin(ctx)) await registerAdminCommands(ctx.deps, person.telegramId.toString());
}
