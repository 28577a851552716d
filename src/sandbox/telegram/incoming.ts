import type { TelegramMessage, TelegramUpdate } from '@gramio/types';
import { chatMessage } from './chat-message';
import type { Content } from './outgoing';
import type { BotRow, MessageRow, PersonRow } from './state';
import { chatKey, findChat, personUser, privateChat } from './views';
import { unixNow, type World } from './world';

export interface Conversation {
  readonly bot: BotRow;
  readonly person: PersonRow;
}

/** Called inside a transaction: the person's chat with the bot exists from the first message on. */
export function openChat(world: World, { bot, person }: Conversation): void {
  if (findChat(world.state, bot.id, person.id)) return;
  world.state.chats.set(chatKey(bot.id, person.id), { botId: bot.id, personId: person.id });
}

/**
 * Stores a message which the bot is told of, in the one transaction with its update. `fromBot` is
 * for service messages that Telegram writes in the name of the bot.
 */
export function receiveMessage(
  world: World,
  conversation: Conversation,
  entry: { content: Content; from?: TelegramMessage['from'] },
): TelegramMessage {
  const { bot, person } = conversation;
  const row = world.state.transact((): MessageRow => {
    openChat(world, conversation);
    const message: TelegramMessage = {
      message_id: world.state.next(`message:${bot.id}`),
      from: entry.from ?? personUser(person),
      chat: privateChat(person),
      date: unixNow(),
      ...entry.content,
    };
    const stored: MessageRow = { message, fromBot: message.from?.is_bot === true };
    world.state.messages(bot.id, person.id).set(message.message_id, stored);
    world.updates.push(bot.id, person.id, { message });
    return stored;
  });
  const event = { botId: bot.id, message: chatMessage(world.state, row) };
  world.hub.emit(person.id, 'message', event);
  return row.message;
}

/** `my_chat_member`: a bot is told when a person blocks or unblocks it. */
export function setBlocked(world: World, conversation: Conversation, blocked: boolean): PersonRow {
  const { bot, person } = conversation;
  if (person.blocked.includes(bot.id) === blocked) return person;
  const others = person.blocked.filter((id) => id !== bot.id);
  const changed = { ...person, blocked: blocked ? [...others, bot.id] : others };
  const user = { id: bot.id, is_bot: true, first_name: bot.username, username: bot.username };
  const member = { status: 'member' as const, user };
  const kicked = { status: 'kicked' as const, user, until_date: 0 };
  const update: Omit<TelegramUpdate, 'update_id'> = {
    my_chat_member: {
      chat: privateChat(person),
      from: personUser(person),
      date: unixNow(),
      old_chat_member: blocked ? member : kicked,
      new_chat_member: blocked ? kicked : member,
    },
  };
  world.state.transact(() => {
    world.state.people.set(person.id, changed);
    openChat(world, conversation);
    world.updates.push(bot.id, person.id, update);
  });
  return changed;
}
