/** Messages out: text, files, edits, invoices; each takes its turn inside the limits. */
import type { TelegramInlineKeyboardMarkup, TelegramMessage } from '@gramio/types/objects';
import { AppError } from '../domain/errors';
import type { BotApi, FilePart, Params } from './bot-api';
import type { Card, OutgoingFile, SentFile, TelegramClient } from './client';
import type { Limits } from './limits';

type Messages = Pick<
  TelegramClient,
  | 'sendText'
  | 'editText'
  | 'deleteMessage'
  | 'sendPhoto'
  | 'sendVideo'
  | 'sendDocument'
  | 'sendChatAction'
  | 'sendInvoice'
>;

type SendMethod = 'sendMessage' | 'sendPhoto' | 'sendVideo' | 'sendDocument' | 'sendInvoice';

const UPLOAD_TIMEOUT_MS = 60_000;
const notModified = /message is not modified/i;
const notEditable = /message to edit not found|message can't be edited|MESSAGE_ID_INVALID/i;
const notDeletable = /message to delete not found|message can't be deleted|MESSAGE_ID_INVALID/i;

export function createMessages(api: BotApi, limits: Limits): Messages {
  async function send<M extends SendMethod>(
    method: M,
    params: Params<M> & { readonly chat_id: number },
    timeoutMs?: number,
  ): Promise<TelegramMessage> {
    const chatId = BigInt(params.chat_id);
    await limits.turn(chatId);
    const options = { once: true, ...(timeoutMs === undefined ? {} : { timeoutMs }) };
    return restingWhenAsked(limits, chatId, () => api.call(method, params, options));
  }

  async function sendFile<M extends 'sendPhoto' | 'sendVideo' | 'sendDocument'>(
    method: M,
    chatId: bigint,
    message: object,
  ): Promise<SentFile> {
    const params = { chat_id: Number(chatId), ...message } as Params<M> & { chat_id: number };
    const sent = await send(method, params, UPLOAD_TIMEOUT_MS);
    return { messageId: BigInt(sent.message_id), fileId: fileIdOf(sent) };
  }

  return {
    async sendText(chatId, card) {
      const sent = await send('sendMessage', { chat_id: Number(chatId), ...textOf(card) });
      return { messageId: BigInt(sent.message_id) };
    },
    async editText(chatId, messageId, card, { droppable = false } = {}) {
      if ((await limits.turn(chatId, { droppable })) === 'dropped') return 'same';
      const edit = { chat_id: Number(chatId), message_id: Number(messageId), ...textOf(card) };
      try {
        await restingWhenAsked(limits, chatId, () => api.call('editMessageText', edit));
        return 'edited';
      } catch (error) {
        if (droppable && isBusy(error)) return 'same';
        if (isRefused(error, notModified)) return 'same';
        if (isRefused(error, notEditable)) return 'gone';
        throw error;
      }
    },
    async deleteMessage(chatId, messageId) {
      const message = { chat_id: Number(chatId), message_id: Number(messageId) };
      try {
        await api.call('deleteMessage', message);
      } catch (error) {
        if (!isRefused(error, notDeletable)) throw error;
      }
    },
    sendPhoto: (chatId, file, caption) =>
      sendFile('sendPhoto', chatId, { photo: partOf(file), ...captionOf(caption) }),
    sendVideo: (chatId, file, caption) =>
      sendFile('sendVideo', chatId, {
        video: partOf(file),
        supports_streaming: true,
        ...captionOf(caption),
      }),
    sendDocument: (chatId, file, caption) =>
      sendFile('sendDocument', chatId, {
        document: partOf(file),
        // The original must stay a file; Telegram would turn an MP4 back into a video.
        disable_content_type_detection: true,
        ...captionOf(caption),
      }),
    async sendChatAction(chatId, action) {
      try {
        await api.call('sendChatAction', { chat_id: Number(chatId), action });
      } catch (error) {
        if (error instanceof AppError && error.code === 'PERSON_UNREACHABLE') throw error;
      }
    },
    async sendInvoice(chatId, invoice) {
      const sent = await send('sendInvoice', {
        chat_id: Number(chatId),
        title: invoice.title,
        description: invoice.description,
        payload: invoice.payload,
        // Stars have no provider; Telegram wants the field to be empty.
        provider_token: '',
        currency: 'XTR',
        prices: [{ label: invoice.priceLabel, amount: Number(invoice.stars) }],
      });
      return { messageId: BigInt(sent.message_id) };
    },
  };
}

/** After a 429, the chat is left alone for as long as Telegram asked. */
async function restingWhenAsked<T>(
  limits: Limits,
  chatId: bigint,
  call: () => Promise<T>,
): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof AppError && error.retryAfterMs !== undefined) {
      await limits.rest(chatId, error.retryAfterMs);
    }
    throw error;
  }
}

function textOf(card: Card) {
  return {
    text: card.text,
    parse_mode: 'HTML' as const,
    link_preview_options: { is_disabled: true },
    ...keyboardOf(card),
  };
}

function captionOf(card: Card | undefined) {
  if (card === undefined) return {};
  return { caption: card.text, parse_mode: 'HTML' as const, ...keyboardOf(card) };
}

function keyboardOf(card: Card): { reply_markup?: TelegramInlineKeyboardMarkup } {
  return card.keyboard === undefined ? {} : { reply_markup: card.keyboard };
}

function partOf(file: OutgoingFile): FilePart | string {
  if ('fileId' in file) return file.fileId;
  // The name becomes part of a header.
  return { source: file.bytes, filename: file.filename.replace(/[^\w.-]/g, '_') };
}

/** Telegram decides what a file is: a silent MP4 sent as a video comes back as an animation. */
function fileIdOf(message: TelegramMessage): string | undefined {
  const { photo, video, animation, document } = message;
  return (photo?.at(-1) ?? video ?? animation ?? document)?.file_id;
}

function isRefused(error: unknown, description: RegExp): boolean {
  return (
    error instanceof AppError &&
    error.code === 'TELEGRAM_REFUSED' &&
    description.test(error.message)
  );
}

function isBusy(error: unknown): boolean {
  return error instanceof AppError && error.code === 'TELEGRAM_BUSY';
}
