import { mainMenuKeyboard, type InlineKeyboard } from '../telegram/keyboards';
import type { Translate } from '../texts/texts';
import type { BotContext } from './context';

/** What stands above the buttons of the main menu. */
export async function menuText(ctx: BotContext): Promise<string> {
  const { t } = ctx;
  const { available } = await ctx.deps.ledger.balance(ctx.person.id);
  const balance = t.plain('unit.tokens', { count: available });
  return `${t('bot.menu.hint')}\n${t('bot.menu.balance', { balance })}`;
}

/** The main menu as this deployment has it; `t`: where the person has just chosen a language. */
export function menuButtons(ctx: BotContext, t: Translate = ctx.t): InlineKeyboard {
  return mainMenuKeyboard(t, ctx.deps.settings.miniApp.url);
}
