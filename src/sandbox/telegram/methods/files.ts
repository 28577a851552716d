import { badRequest } from '../api-error';
import { fileId, parseFileId } from '../file-store';
import type { FileKind, FileRow } from '../state';
import type { Call, Methods } from '../world';

const downloadBytesMax = 20 * 1024 * 1024;

const folders: Readonly<Record<FileKind, string>> = {
  photo: 'photos',
  thumbnail: 'thumbnails',
  video: 'videos',
  animation: 'animations',
  document: 'documents',
  audio: 'music',
  voice: 'voice',
  sticker: 'stickers',
};

function ending(file: FileRow): string {
  const named = /\.([A-Za-z0-9]{1,8})$/.exec(file.fileName ?? '')?.[1];
  const byMime = file.mime.split('/')[1] ?? 'bin';
  return named ?? (byMime === 'jpeg' ? 'jpg' : byMime.replace(/[^a-z0-9]/g, ''));
}

function getFile(call: Call): unknown {
  const { state } = call.world;
  const id = call.params.text('file_id');
  if (id === '') throw badRequest('file_id not specified');
  const parsed = parseFileId(id);
  if (!parsed) throw badRequest('invalid file_id');
  const file = parsed.botId === call.bot.id ? state.files.get(parsed.uniqueId) : undefined;
  if (!file) throw badRequest('wrong file_id or the file is temporarily unavailable');
  if (file.size > downloadBytesMax) throw badRequest('file is too big');
  const path = state.transact(() => {
    const owned = `${call.bot.id}:${file.uniqueId}`;
    const known = state.filePaths.get(owned);
    if (known !== undefined) return known;
    const number = state.next(`file:${call.bot.id}`);
    const made = `${folders[file.kind]}/file_${number}.${ending(file)}`;
    state.filePaths.set(owned, made);
    state.filePaths.set(`${call.bot.id}/${made}`, file.uniqueId);
    return made;
  });
  return {
    file_id: fileId(call.bot.id, file),
    file_unique_id: file.uniqueId,
    file_size: file.size,
    file_path: path,
  };
}

export const fileMethods: Methods = { getFile };
