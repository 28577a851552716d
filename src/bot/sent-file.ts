/** A file somebody sent: what it came with, and its bytes. */
import type { Message } from 'telegraf/types';
import { AppError } from '../domain/errors';
import type { BotContext } from './context';
import { PROMPT_MAX } from './draft';

/** What Telegram lets a bot download. */
const fileBytesMax = 20 * 1024 * 1024;

export interface SentFile {
  /** Id of the message it came in. */
  readonly message: string;
  readonly fileId: string;
  readonly bytes: number;
  readonly caption: string;
  readonly album: string | undefined;
}

/** `pick` finds the file of a message, if it has one of that sort. */
export function sentFile(
  sent: Message | undefined,
  pick: (sent: Message) => { file_id: string; file_size?: number } | undefined,
): SentFile | undefined {
  const file = sent && pick(sent);
  if (sent === undefined || file === undefined) return undefined;
  return {
    message: sent.message_id.toString(),
    fileId: file.file_id,
    bytes: file.file_size ?? 0,
    caption: 'caption' in sent ? (sent.caption ?? '').trim() : '',
    album: 'media_group_id' in sent ? sent.media_group_id : undefined,
  };
}

/** Says so when the words under the file are more than a draft takes. */
export async function hasTooManyWords(ctx: BotContext, { caption }: SentFile): Promise<boolean> {
  if (caption.length <= PROMPT_MAX) return false;
  await ctx.say({ text: ctx.t('bot.create.tooLong', { most: PROMPT_MAX }) });
  return true;
}

/** Throws FILE_TOO_LARGE. */
export async function bytesOf({ deps }: BotContext, file: SentFile): Promise<Buffer> {
  if (file.bytes > fileBytesMax) throw new AppError('FILE_TOO_LARGE', `${file.bytes} bytes`);
  return deps.telegram.download(file.fileId, fileBytesMax);
}
