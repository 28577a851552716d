import type { Bot, BotCommand, Person } from './types';

/** The commands Telegram would show in this person's chat: the narrowest scope which has any. */
export function commandsFor({ commands }: Bot, { id, languageCode }: Person): BotCommand[] {
  const own = commands.perChat[String(id)];
  const scopes = [own, commands.everybody].flatMap((lists) => [
    lists?.[languageCode],
    lists?.['default'],
  ]);
  return scopes.find((list) => list !== undefined && list.length > 0) ?? [];
}

/** What a half-typed command may become; undefined when the text is not one. */
export function matchingCommands(commands: BotCommand[], text: string): BotCommand[] | undefined {
  if (!/^\/\w*$/.test(text)) return undefined;
  const typed = text.slice(1).toLowerCase();
  return commands.filter(({ command }) => command.startsWith(typed));
}
