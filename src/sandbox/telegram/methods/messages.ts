import { badRequest } from '../api-error';
import {
  chatPerson,
  findMessage,
  readMessageId,
  requireMessage,
  writablePerson,
} from '../chat-access';
import { openOutgoing, send, type Content } from '../outgoing';
import { asObject } from '../params';
import type { MessageRow, PersonRow } from '../state';
import { checkCaption, readText, textLengthMax } from '../text/formatted-text';
import { botUser, personUser } from '../views';
import type { Call, Methods } from '../world';

function linkPreview(call: Call): Content {
  const value = call.params.json(
    'link_preview_options',
    "Can't parse link preview options JSON object",
  );
  if (value === undefined || value === null) {
    return call.params.bool('disable_web_page_preview')
      ? { link_preview_options: { is_disabled: true } }
      : {};
  }
  return { link_preview_options: asObject(value, 'Object expected as link preview options') };
}

/** Text of a new or edited message as content fields. */
export function textContent(call: Call, tooLong: string): Content {
  if (!call.params.has('text')) throw badRequest('Message text is empty');
  const { text, entities } = readText(call.params, 'text');
  if (text === '') throw badRequest('text must be non-empty');
  if (text.length > textLengthMax) throw badRequest(tooLong);
  return {
    text,
    ...(entities.length > 0 ? { entities: [...entities] } : {}),
    ...linkPreview(call),
  };
}

/** `caption` with its entities as content fields; nothing when it is empty. */
export function captionContent(call: Call): Content {
  const caption = checkCaption(readText(call.params, 'caption'));
  if (caption.text === '') return {};
  return {
    caption: caption.text,
    ...(caption.entities.length > 0 ? { caption_entities: [...caption.entities] } : {}),
    ...(call.params.bool('show_caption_above_media') ? { show_caption_above_media: true } : {}),
  };
}

function sendMessage(call: Call): unknown {
  const content = textContent(call, 'message is too long');
  return send(call, openOutgoing(call), { content });
}

/** What a copy or a forward takes along: the content without address, answer and buttons. */
function carried(row: MessageRow): Content {
  const {
    message_id: _id,
    from: _from,
    chat: _chat,
    date: _date,
    edit_date: _edit,
    reply_to_message: _reply,
    reply_markup: _markup,
    media_group_id: _group,
    ...content
  } = row.message;
  return content;
}

function isService(row: MessageRow): boolean {
  return Boolean(row.message.successful_payment ?? row.message.refunded_payment);
}

function sourceMessage(call: Call, what: string): { row: MessageRow; from: PersonRow } {
  const from = chatPerson(call, call.params.text('from_chat_id'));
  const messageId = readMessageId(call);
  return { row: requireMessage(call, from, { messageId, what }), from };
}

function copyMessage(call: Call): unknown {
  const outgoing = openOutgoing(call);
  const { row } = sourceMessage(call, 'message to copy');
  if (isService(row) || row.invoice) throw badRequest("message can't be copied");
  const isCaptioned = row.message.text === undefined && call.params.has('caption');
  const { caption: _, caption_entities: __, ...plain } = carried(row);
  const content = isCaptioned ? { ...plain, ...captionContent(call) } : carried(row);
  return { message_id: send(call, outgoing, { content }).message_id };
}

function forwardMessage(call: Call): unknown {
  const outgoing = openOutgoing(call);
  const { row, from } = sourceMessage(call, 'message to forward');
  if (isService(row)) throw badRequest("message can't be forwarded");
  const origin = {
    type: 'user' as const,
    sender_user: row.fromBot ? botUser(call.bot) : personUser(from),
    date: row.message.date,
  };
  const content = { ...carried(row), forward_origin: row.message.forward_origin ?? origin };
  return send(call, outgoing, {
    content,
    row: row.invoice ? { invoice: row.invoice } : {},
  });
}

const twoDaysSeconds = 48 * 3600;

function remove(call: Call, person: PersonRow, row: MessageRow): void {
  const { state, hub } = call.world;
  const messageId = row.message.message_id;
  state.messages(call.bot.id, person.id).delete(messageId);
  hub.emit(person.id, 'delete', { botId: call.bot.id, messageId });
}

function deleteMessage(call: Call): unknown {
  const person = chatPerson(call, call.params.text('chat_id'));
  const messageId = readMessageId(call);
  const row = requireMessage(call, person, { messageId, what: 'message to delete' });
  if (row.message.date < Date.now() / 1000 - twoDaysSeconds) {
    throw badRequest("message can't be deleted for everyone");
  }
  remove(call, person, row);
  return true;
}

function deleteMessages(call: Call): unknown {
  const person = chatPerson(call, call.params.text('chat_id'));
  const ids = call.params.json('message_ids', "Can't parse message identifiers JSON object");
  if (!Array.isArray(ids)) throw badRequest('Expected an Array of message identifiers');
  if (ids.length === 0) throw badRequest('Message identifiers are not specified');
  if (ids.length > 100) throw badRequest('Too many message identifiers specified');
  call.world.state.transact(() => {
    for (const id of ids) {
      const row = findMessage(call, person, Number(id));
      if (row) remove(call, person, row);
    }
  });
  return true;
}

const chatActions = new Set([
  'typing',
  'upload_photo',
  'record_video',
  'upload_video',
  'record_voice',
  'upload_voice',
  'upload_document',
  'choose_sticker',
  'find_location',
  'record_video_note',
  'upload_video_note',
  'cancel',
]);

function sendChatAction(call: Call): unknown {
  const action = call.params.text('action').toLowerCase();
  if (!chatActions.has(action)) throw badRequest('Wrong parameter action in request');
  const person = writablePerson(call, call.params.text('chat_id'));
  call.world.actions.set(call.bot.id, person.id, action);
  call.world.hub.emit(person.id, 'action', { botId: call.bot.id, action });
  return true;
}

/** A preview of text that is being written; it is shown for a while and never stored. */
function sendMessageDraft(call: Call): unknown {
  const person = writablePerson(call, call.params.text('chat_id'));
  const draftId = call.params.integer('draft_id', 0);
  if (draftId === 0) throw badRequest('RANDOM_ID_INVALID');
  const { text, entities } = readText(call.params, 'text');
  if (text.length > textLengthMax) throw badRequest('MESSAGE_TOO_LONG');
  const draft = { botId: call.bot.id, draftId, text, entities };
  call.world.hub.emit(person.id, 'draft', draft);
  return true;
}

export const messageMethods: Methods = {
  sendMessage,
  copyMessage,
  forwardMessage,
  deleteMessage,
  deleteMessages,
  sendChatAction,
  sendMessageDraft,
};
