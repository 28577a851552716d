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

/** The one file of a message and how a page shows it. */
function shownFile(message: TelegramMessage): { id: string; kind: ChatFile['kind'] } | undefined {
  const { photo, video, animation, document, audio, voice } = message;
  const film = video ?? animation;
  const other = document ?? audio ?? voice;
  const largest = photo?.at(-1);
  if (largest) return { id: largest.file_unique_id, kind: 'photo' };
  if (film) return { id: film.file_unique_id, kind: 'video' };
  return other ? { id: other.file_unique_id, kind: 'document' } : undefined;
}

function chatFiles(state: State, message: TelegramMessage): ChatFile[] {
  const shown = shownFile(message);
  const file = shown && state.files.get(shown.id);
  if (!shown || !file) return [];
  const isGif = shown.kind === 'video' && file.mime.startsWith('image/');
  return [
    {
      kind: isGif ? 'photo' : shown.kind,
      url: `/files/${shown.id}`,
      fileName: file.fileName ?? `${file.kind}.${file.mime.split('/')[1] ?? 'bin'}`,
      mime: file.mime,
      width: file.width ?? 0,
      height: file.height ?? 0,
      size: file.size,
    },
  ];
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
