import type { TelegramChat, TelegramUser } from '@gramio/types';
import type { BotRow, ChatRow, PersonRow, State } from './state';

export function botName(bot: BotRow, languageCode = ''): string {
  return bot.texts[languageCode]?.name ?? bot.texts['']?.name ?? bot.username;
}

export function botUser(bot: BotRow): TelegramUser {
  return { id: bot.id, is_bot: true, first_name: botName(bot), username: bot.username };
}

function names(person: PersonRow): { first_name: string; last_name?: string; username?: string } {
  return {
    first_name: person.firstName,
    ...(person.lastName === undefined ? {} : { last_name: person.lastName }),
    ...(person.username === undefined ? {} : { username: person.username }),
  };
}

export function personUser(person: PersonRow): TelegramUser {
  return { id: person.id, is_bot: false, ...names(person), language_code: person.languageCode };
}

export function privateChat(person: PersonRow): TelegramChat {
  return { id: person.id, ...names(person), type: 'private' };
}

export function chatKey(botId: number, personId: number): string {
  return `${botId}:${personId}`;
}

export function findChat(state: State, botId: number, personId: number): ChatRow | undefined {
  return state.chats.get(chatKey(botId, personId));
}
