import type { BotContext } from '../context';
import { menuButtons, menuText } from '../menu-card';
import { feature, onAction, onCommand, type Feature } from '../routes';

export function menuFeature(): Feature {
  return feature(onCommand('menu', showMenu), onAction('menu', showMenu));
}

async function showMenu(ctx: BotContext): Promise<void> {
  await ctx.answer();
  const text = `${ctx.t('bot.menu.title')}\n\n${await menuText(ctx)}`;
  await ctx.show({ text, keyboard: menuButtons(ctx) });
}
