import type { TelegramMessage } from '@gramio/types';
import { badRequest } from './api-error';
import { findMessage, writablePerson } from './chat-access';
import { chatMessage } from './chat-message';
import { readMarkup, type Markup } from './keyboards';
import { asObject, type Params } from './params';
import type { MessageRow, PersonRow } from './state';
import { botUser, chatKey, privateChat } from './views';
import { unixNow, type Call } from './world';

/** Content fields of a message, without its address. */
export type Content = Omit<TelegramMessage, 'message_id' | 'date' | 'chat' | 'from'>;

/** A message which may be sent: the chat takes it, its answer and keyboard are right. */
export interface Outgoing {
  readonly person: PersonRow;
  readonly markup: Markup;
  readonly common: Content;
}

interface ReplyTo {
  readonly messageId: number;
  readonly optional: boolean;
}

function readReply(params: Params): ReplyTo | undefined {
  const value = params.json('reply_parameters', "Can't parse reply parameters JSON object");
  if (value === undefined || value === null) {
    const messageId = params.integer('reply_to_message_id', 0);
    return messageId > 0
      ? { messageId, optional: params.bool('allow_sending_without_reply') }
      : undefined;
  }
  const fields = asObject(value, 'Object expected as reply parameters');
  const messageId = Number(fields['message_id'] ?? 0);
  return messageId > 0
    ? { messageId, optional: fields['allow_sending_without_reply'] === true }
    : undefined;
}

/** Answers are shown with the message they answer, but not with what that one answered. */
export function withoutReply(message: TelegramMessage): TelegramMessage {
  const { reply_to_message: _, ...rest } = message;
  return rest;
}

function replyContent(call: Call, person: PersonRow): Content {
  const reply = readReply(call.params);
  if (!reply) return {};
  const row = findMessage(call, person, reply.messageId);
  if (row) return { reply_to_message: withoutReply(row.message) };
  if (reply.optional) return {};
  throw badRequest('message to be replied not found');
}

/** Everything that is checked before the content of a new message. Throws 400, 403. */
export function openOutgoing(call: Call, options: { allowsPay?: boolean } = {}): Outgoing {
  const markup = readMarkup(call.params, options.allowsPay);
  const person = writablePerson(call, call.params.text('chat_id'));
  const common: Content = {
    ...replyContent(call, person),
    ...(call.params.bool('protect_content') ? { has_protected_content: true } : {}),
    ...(markup.inline ? { reply_markup: markup.inline } : {}),
  };
  return { person, markup, common };
}

function rememberKeyboard(call: Call, person: PersonRow, markup: Markup): void {
  const { state } = call.world;
  const key = chatKey(call.bot.id, person.id);
  const address = { botId: call.bot.id, personId: person.id };
  if (markup.keyboard) state.chats.set(key, { ...address, keyboard: markup.keyboard });
  else if (markup.removesKeyboard === true) state.chats.set(key, address);
}

/** What a page must know besides: no message object carries a keyboard of this kind. */
function asked({ keyboard, removesKeyboard, forcesReply }: Markup): object {
  return {
    ...(keyboard ? { keyboard } : {}),
    ...(removesKeyboard === true ? { keyboard: null } : {}),
    ...(forcesReply === true ? { forceReply: true } : {}),
  };
}

/** Stores and shows messages of a bot. All of an album become visible together. */
export function sendAll(
  call: Call,
  outgoing: Outgoing,
  contents: readonly { content: Content; row?: Partial<MessageRow> }[],
): TelegramMessage[] {
  const { world, bot } = call;
  const { person, markup } = outgoing;
  world.flood.take(person.id, contents.length);
  const rows = world.state.transact(() => {
    rememberKeyboard(call, person, markup);
    return contents.map(({ content, row }): MessageRow => {
      const message: TelegramMessage = {
        message_id: world.state.next(`message:${bot.id}`),
        from: botUser(bot),
        chat: privateChat(person),
        date: unixNow(),
        ...outgoing.common,
        ...content,
      };
      const replyMarkup = markup.keyboard ?? markup.removesKeyboard ?? markup.forcesReply;
      const stored: MessageRow = {
        message,
        fromBot: true,
        ...(replyMarkup === undefined ? {} : { hasReplyKeyboard: true }),
        ...row,
      };
      world.state.messages(bot.id, person.id).set(message.message_id, stored);
      return stored;
    });
  });
  world.actions.clear(bot.id, person.id);
  for (const row of rows) {
    const event = { botId: bot.id, message: chatMessage(world.state, row), ...asked(markup) };
    world.hub.emit(person.id, 'message', event);
  }
  return rows.map(({ message }) => message);
}

export function send(
  call: Call,
  outgoing: Outgoing,
  entry: { content: Content; row?: Partial<MessageRow> },
): TelegramMessage {
  const [message] = sendAll(call, outgoing, [entry]);
  if (!message) throw new Error('A sent message is always stored');
  return message;
}

/** Stores an edited message and shows it. */
export function replaceMessage(call: Call, person: PersonRow, row: MessageRow): TelegramMessage {
  const { world, bot } = call;
  world.state.messages(bot.id, person.id).set(row.message.message_id, row);
  const event = { botId: bot.id, message: chatMessage(world.state, row) };
  world.hub.emit(person.id, 'edit', event);
  return row.message;
}
