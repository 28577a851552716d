import { isDeepStrictEqual } from 'node:util';
import type { TelegramMessage } from '@gramio/types';
import { badRequest, notModified } from '../api-error';
import { readMessageId, requireMessage, writablePerson } from '../chat-access';
import { readInlineMarkup } from '../keyboards';
import { mediaFields } from '../media-content';
import { replaceMessage, type Content } from '../outgoing';
import type { MessageRow, PersonRow } from '../state';
import { unixNow, type Call, type Methods } from '../world';
import { inputMedia } from './media';
import { captionContent, textContent } from './messages';

interface Target {
  readonly person: PersonRow;
  readonly row: MessageRow;
}

function openEdit(call: Call): Target {
  if (call.params.has('inline_message_id')) throw badRequest('MESSAGE_ID_INVALID');
  const person = writablePerson(call, call.params.text('chat_id'));
  const messageId = readMessageId(call);
  const row = requireMessage(call, person, { messageId, what: 'message to edit' });
  const isService = row.message.successful_payment ?? row.message.refunded_payment;
  if (!row.fromBot || row.hasReplyKeyboard === true || isService) {
    throw badRequest("message can't be edited");
  }
  return { person, row };
}

/** Fields that change by themselves do not make an edit. */
function comparable(message: TelegramMessage): unknown {
  const { edit_date: _, link_preview_options: __, ...rest } = message;
  return JSON.parse(JSON.stringify(rest)) as unknown;
}

/** Takes `gone` fields away, puts `content` and the new buttons; an absent keyboard is removed. */
function edit(
  call: Call,
  target: Target,
  change: { gone: readonly (keyof TelegramMessage)[]; content: Content },
): TelegramMessage {
  const { message } = target.row;
  const inline = readInlineMarkup(call.params);
  const gone = new Set<string>([...change.gone, 'reply_markup', 'edit_date']);
  const kept = Object.fromEntries(Object.entries(message).filter(([field]) => !gone.has(field)));
  const next = {
    ...kept,
    ...change.content,
    ...(inline ? { reply_markup: inline } : {}),
  } as TelegramMessage;
  if (isDeepStrictEqual(comparable(message), comparable(next))) throw notModified();
  const edited = { ...next, edit_date: unixNow() };
  return replaceMessage(call, target.person, { ...target.row, message: edited, edited: true });
}

function editMessageText(call: Call): unknown {
  const content = textContent(call, 'MESSAGE_TOO_LONG');
  const target = openEdit(call);
  if (target.row.message.text === undefined) {
    throw badRequest('there is no text in the message to edit');
  }
  return edit(call, target, { gone: ['text', 'entities', 'link_preview_options'], content });
}

function editMessageCaption(call: Call): unknown {
  const content = captionContent(call);
  const target = openEdit(call);
  if (!mediaFields.some((field) => target.row.message[field] !== undefined)) {
    throw badRequest('there is no caption in the message to edit');
  }
  const gone = ['caption', 'caption_entities', 'show_caption_above_media'] as const;
  return edit(call, target, { gone, content });
}

async function editMessageMedia(call: Call): Promise<unknown> {
  call.params.required('media');
  const value = call.params.json('media', "Can't parse input media JSON object");
  const before = openEdit(call);
  if (before.row.invoice) throw badRequest("message can't be edited");
  const { content } = await inputMedia(call, value);
  // Storing the file took a while, in which the message may have changed or gone.
  const target = openEdit(call);
  const textFields = ['text', 'entities', 'link_preview_options'] as const;
  const captions = ['caption', 'caption_entities', 'show_caption_above_media'] as const;
  const gone = [...mediaFields, ...textFields, ...captions, 'has_media_spoiler' as const];
  return edit(call, target, { gone, content });
}

function editMessageReplyMarkup(call: Call): unknown {
  return edit(call, openEdit(call), { gone: [], content: {} });
}

export const editMethods: Methods = {
  editMessageText,
  editMessageCaption,
  editMessageMedia,
  editMessageReplyMarkup,
};
