import { languageKeyboard } from '../../telegram/keyboards';
import type { Language } from '../../texts/texts';
import type { BotContext } from '../context';
import { menuButtons } from '../menu-card';
import { feature, onAction, onCommand, type Feature } from '../routes';

export function languageFeature(): Feature {
  return feature(
    onCommand('language', ask),
    onAction('languages', ask),
    onAction('lang', (ctx, { language }) => choose(ctx, language)),
  );
}

async function ask(ctx: BotContext): Promise<void> {
  await ctx.answer();
  await ctx.show({ text: ctx.t('bot.language.ask'), keyboard: languageKeyboard(ctx.t) });
}

async function choose(ctx: BotContext, language: Language): Promise<void> {
  await ctx.deps.persons.chooseLanguage(ctx.person.id, language);
  await ctx.answer();
  const t = ctx.deps.texts(language);
  await ctx.show({ text: t('bot.language.chosen'), keyboard: menuButtons(ctx, t) });
}
