import type { TelegramPhotoSize } from '@gramio/types';
import { fileId } from './file-store';
import type { Content } from './outgoing';
import type { FileKind, FileRow, State } from './state';

function photoSize(botId: number, file: FileRow): TelegramPhotoSize {
  return {
    file_id: fileId(botId, file),
    file_unique_id: file.uniqueId,
    width: file.width ?? 0,
    height: file.height ?? 0,
    file_size: file.size,
  };
}

function named(botId: number, state: State, file: FileRow): Record<string, unknown> {
  const thumbnail = file.thumbnail === undefined ? undefined : state.files.get(file.thumbnail);
  return {
    file_id: fileId(botId, file),
    file_unique_id: file.uniqueId,
    file_size: file.size,
    mime_type: file.mime,
    ...(file.fileName === undefined ? {} : { file_name: file.fileName }),
    ...(thumbnail ? { thumbnail: photoSize(botId, thumbnail) } : {}),
  };
}

function moving(file: FileRow): Record<string, unknown> {
  return {
    width: file.width ?? 0,
    height: file.height ?? 0,
    duration: file.durationSeconds ?? 0,
  };
}

/** The content fields that a file makes of a message; ids are those of the given bot. */
export function mediaContent(state: State, botId: number, file: FileRow): Content {
  const fields = named(botId, state, file);
  const byKind: Record<FileKind, () => Record<string, unknown>> = {
    photo: () => ({
      photo: [...(file.sizes ?? []), file.uniqueId]
        .map((id) => state.files.get(id))
        .filter((size) => size !== undefined)
        .map((size) => photoSize(botId, size)),
    }),
    video: () => ({ video: { ...fields, ...moving(file) } }),
    animation: () => ({ animation: { ...fields, ...moving(file) }, document: fields }),
    document: () => ({ document: fields }),
    audio: () => ({ audio: { ...fields, duration: file.durationSeconds ?? 0 } }),
    voice: () => ({ voice: { ...fields, duration: file.durationSeconds ?? 0 } }),
    sticker: () => ({ sticker: { ...fields, ...moving(file), type: 'regular' } }),
    thumbnail: () => ({ photo: [photoSize(botId, file)] }),
  };
  return byKind[file.kind]();
}

/** Fields which `mediaContent` may set: an edit to other media takes them all away first. */
export const mediaFields = ['photo', 'video', 'animation', 'document', 'audio', 'voice'] as const;
