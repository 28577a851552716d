import type { TelegramMessage } from '@gramio/types';
import type { MessageRow, State } from './state';

export interface ChatFile {
  readonly kind: 'photo' | 'video' | 'document';
  readonly url: string;
  readonly fileName: string;
  readonly mime: string;
  readonly width: number;
  readonly height: number;
  readonly size: number;
}

/** A message as the people API shows it: the real Bot API object and what a page needs besides. */
export type ChatMessage = TelegramMessage & {
  readonly fromBot: boolean;
  readonly edited?: boolean;
  readonly invoiceState?: 'open' | 'paid';
  readonly files: readonly ChatFile[];
};

function uniqueIds(message: TelegramMessage): { id: string; kind: ChatFile['kind'] }[] {
  const photo = message.photo?.at(-1)?.file_unique_id;
  if (photo !== undefined) return [{ id: photo, kind: 'photo' }];
  const video = (message.video ?? message.animation)?.file_unique_id;
  if (video !== undefined) return [{ id: video, kind: 'video' }];
  const document = (message.document ?? message.audio ?? message.voice)?.file_unique_id;
  return document === undefined ? [] : [{ id: document, kind: 'document' }];
}

function chatFiles(state: State, message: TelegramMessage): ChatFile[] {
  return uniqueIds(message).flatMap(({ id, kind }) => {
    const file = state.files.get(id);
    if (!file) return [];
    const isGif = kind === 'video' && file.mime.startsWith('image/');
    return [
      {
        kind: isGif ? 'photo' : kind,
        url: `/files/${id}`,
        fileName: file.fileName ?? `${file.kind}.${file.mime.split('/')[1] ?? 'bin'}`,
        mime: file.mime,
        width: file.width ?? 0,
        height: file.height ?? 0,
        size: file.size,
      },
    ];
  });
}

export function chatMessage(state: State, row: MessageRow): ChatMessage {
  return {
    ...row.message,
    fromBot: row.fromBot,
    ...(row.edited === true ? { edited: true } : {}),
    ...(row.invoice ? { invoiceState: row.paid === true ? 'paid' : 'open' } : {}),
    files: chatFiles(state, row.message),
  };
}
