import { badRequest, forbidden } from './api-error';
import type { MessageRow, PersonRow } from './state';
import { findChat } from './views';
import type { Call } from './world';

/** The person of a `chat_id`. A bot knows only people who have written to it. */
export function chatPerson(call: Call, chatId: string): PersonRow {
  const { state } = call.world;
  if (chatId === '') throw badRequest('chat_id is empty');
  const person = state.people.get(chatId);
  if (state.bots.get(chatId)) throw forbidden("bots can't send messages to bots");
  if (!person || !findChat(state, call.bot.id, person.id)) throw badRequest('chat not found');
  return person;
}

export function writablePerson(call: Call, chatId: string): PersonRow {
  const person = chatPerson(call, chatId);
  if (person.blocked.includes(call.bot.id)) throw forbidden('bot was blocked by the user');
  return person;
}

export function findMessage(
  call: Call,
  person: PersonRow,
  messageId: number,
): MessageRow | undefined {
  return call.world.state.messages(call.bot.id, person.id).get(messageId);
}

/** `what` names the message in the refusal: "message to edit not found". */
export function requireMessage(
  call: Call,
  person: PersonRow,
  wanted: { messageId: number; what: string },
): MessageRow {
  const row = findMessage(call, person, wanted.messageId);
  if (!row) throw badRequest(`${wanted.what} not found`);
  return row;
}

/** `message_id` of the request; the real server refuses a missing one before it looks further. */
export function readMessageId(call: Call): number {
  const messageId = call.params.integer('message_id', 0);
  if (messageId <= 0) throw badRequest('Message identifier is not specified');
  return messageId;
}

/** The user of a `user_id`, who need not have a chat with the bot. */
export function requiredUserId(call: Call): number {
  const userId = call.params.integer('user_id', 0);
  if (userId <= 0) throw badRequest('Invalid user_id specified');
  return userId;
}
