/** New messages: text, files, invoices. Sent once, each in its turn. */
import type { TelegramMessage } from '@gramio/types/objects';
import { readMp4 } from '../domain/mp4';
import type { BotApi, FilePart, Params } from './bot-api';
import { captionOf, textOf } from './card-fields';
import type { OutgoingFile, SentFile, SentMessage, StarsInvoice, TelegramClient } from './client';
import { restingWhenAsked, type Limits } from './limits';
import { thumbnailOf } from './thumbnail';

type Sends = Pick<
  TelegramClient,
  'sendText' | 'sendPhoto' | 'sendVideo' | 'sendDocument' | 'sendInvoice'
>;

type SendMethod = 'sendMessage' | 'sendPhoto' | 'sendVideo' | 'sendDocument' | 'sendInvoice';

const TEXT_TIMEOUT_MS = 10_000;
const UPLOAD_TIMEOUT_MS = 60_000;

export function createSends(api: BotApi, limits: Limits): Sends {
  async function send<M extends SendMethod>(
    method: M,
    chatId: bigint,
    message: Omit<Params<M>, 'chat_id'>,
  ): Promise<TelegramMessage> {
    await limits.turn(chatId);
    const timeoutMs = isUpload(method) ? UPLOAD_TIMEOUT_MS : TEXT_TIMEOUT_MS;
    const params = { chat_id: Number(chatId), ...message } as unknown as Params<M>;
    return restingWhenAsked(limits, chatId, () =>
      api.call(method, params, { once: true, timeoutMs }),
    );
  }

  return {
    async sendText(chatId, card) {
      return sentMessage(await send('sendMessage', chatId, textOf(card)));
    },
    async sendPhoto(chatId, file, caption) {
      const message = { photo: partOf(file), ...captionOf(caption) };
      return sentFile(await send('sendPhoto', chatId, message));
    },
    async sendVideo(chatId, file, caption) {
      const message = {
        video: partOf(file),
        supports_streaming: true,
        ...(await clipOf(file)),
        ...captionOf(caption),
      };
      return sentFile(await send('sendVideo', chatId, message));
    },
    async sendDocument(chatId, file, caption) {
      const message = {
        document: partOf(file),
        // The original must stay a file; Telegram would turn an MP4 back into a video.
        disable_content_type_detection: true,
        ...captionOf(caption),
      };
      return sentFile(await send('sendDocument', chatId, message));
    },
    async sendInvoice(chatId, invoice) {
      return sentMessage(await send('sendInvoice', chatId, starsFields(invoice)));
    },
  };
}

/** An invoice as Telegram wants it; Stars have no provider, and the field has to be empty. */
export function starsFields({ title, description, payload, priceLabel, stars }: StarsInvoice) {
  const prices = [{ label: priceLabel, amount: Number(stars) }];
  return { title, description, payload, currency: 'XTR' as const, prices, provider_token: '' };
}

function isUpload(method: SendMethod): boolean {
  return method !== 'sendMessage' && method !== 'sendInvoice';
}

function sentMessage(message: TelegramMessage): SentMessage {
  return { messageId: BigInt(message.message_id) };
}

function sentFile(message: TelegramMessage): SentFile {
  return { ...sentMessage(message), fileId: fileIdOf(message) };
}

function partOf(file: OutgoingFile): FilePart | string {
  if ('fileId' in file) return file.fileId;
  // The name becomes part of a header.
  return { source: file.bytes, filename: file.filename.replace(/[^\w.-]/g, '_') };
}

/** Said by us, because Telegram shows a square of unknown length until it has looked itself. */
async function clipOf(file: OutgoingFile) {
  if ('fileId' in file) return {};
  const { width, height, durationSeconds } = readMp4(file.bytes);
  const thumbnail = await thumbnailOf(file.bytes);
  return {
    ...(width > 0 && height > 0 ? { width, height } : {}),
    ...(durationSeconds > 0 ? { duration: durationSeconds } : {}),
    ...(thumbnail && { thumbnail: { source: thumbnail, filename: 'thumbnail.jpg' } }),
  };
}

/** Telegram decides what a file is: a silent MP4 sent as a video comes back as an animation. */
function fileIdOf(message: TelegramMessage): string | undefined {
  const { photo, video, animation, document } = message;
  return (photo?.at(-1) ?? video ?? animation ?? document)?.file_id;
}
