import type { Bot, BotCommand, Language, Person } from './types';

/** The commands Telegram would show in this person's chat: the narrowest scope which has any. */
export function commandsFor(bot: Bot, person: Person, language: Language): BotCommand[] {
  const { commands } = bot;
  const scopes = [commands.perChat?.[String(person.id)], commands[language], commands.default];
  return scopes.find((list) => list !== undefined && list.length > 0) ?? [];
}

/** What a half-typed command may become; undefined when the text is not one. */
export function matchingCommands(commands: BotCommand[], text: string): BotCommand[] | undefined {
  if (!/^\/\w*$/.test(text)) return undefined;
  const typed = text.slice(1).toLowerCase();
  return commands.filter(({ command }) => command.startsWith(typed));
}
