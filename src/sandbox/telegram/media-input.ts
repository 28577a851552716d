import sharp from 'sharp';
import { isMp4, readMp4 } from '../../domain/mp4';
import { ApiError, badRequest } from './api-error';
import { parseFileId } from './file-store';
import type { UploadedFile } from './params';
import { savePhoto, saveThumbnail } from './photos';
import type { FileKind, FileRow } from './state';
import type { Call } from './world';

export type MediaType = 'photo' | 'video' | 'animation' | 'document' | 'audio' | 'voice';

const uploadBytesMax = 50 * 1024 * 1024;
const photoByUrlBytesMax = 5 * 1024 * 1024;
const fileByUrlBytesMax = 20 * 1024 * 1024;
const downloadTimeoutMs = 20_000;

/** Names of kinds in "can't use file of type Photo as Document". */
const shownKinds: Readonly<Record<FileKind, string>> = {
  photo: 'Photo',
  thumbnail: 'Thumbnail',
  video: 'Video',
  animation: 'Animation',
  document: 'Document',
  audio: 'Audio',
  voice: 'VoiceNote',
  sticker: 'Sticker',
};

/** Kinds that live in one place on the real server may be sent for one another by `file_id`. */
const documentLike = new Set<FileKind>(['video', 'animation', 'document', 'audio']);

/** What a parameter such as `photo` may say, with the details that come beside it. */
export interface MediaRequest {
  readonly type: MediaType;
  /** A `file_id`, an address, `attach://name`, or '' when the file is sent under `field`. */
  readonly value: string;
  readonly field: string;
  readonly width?: number;
  readonly height?: number;
  readonly durationSeconds?: number;
  readonly thumbnail?: string;
}

function uploaded(call: Call, request: MediaRequest): UploadedFile | undefined {
  const attached = /^attach:\/\/(.+)$/.exec(request.value)?.[1];
  if (attached !== undefined) return call.params.file(attached);
  return request.value === '' ? call.params.file(request.field) : undefined;
}

async function readLimited(response: Response, bytesMax: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > bytesMax) throw new Error('too large');
    chunks.push(Buffer.from(chunk));
  }
  return Buffer.concat(chunks);
}

async function fetchBytes(address: string, bytesMax: number): Promise<[string, Buffer]> {
  try {
    const response = await fetch(address, { signal: AbortSignal.timeout(downloadTimeoutMs) });
    if (!response.ok) throw new Error(`status ${response.status}`);
    const mime = (response.headers.get('content-type') ?? '').split(';')[0] ?? '';
    return [mime.trim(), await readLimited(response, bytesMax)];
  } catch {
    throw badRequest('failed to get HTTP URL content');
  }
}

function isExpected(type: MediaType, mime: string): boolean {
  if (type === 'photo') return mime.startsWith('image/');
  return type !== 'document' || isLinkedDocument(mime);
}

async function download(address: string, type: MediaType): Promise<UploadedFile> {
  const bytesMax = type === 'photo' ? photoByUrlBytesMax : fileByUrlBytesMax;
  const [mime, bytes] = await fetchBytes(address, bytesMax);
  if (!isExpected(type, mime) || bytes.length === 0) {
    throw badRequest('wrong type of the web page content');
  }
  const fileName = decodeURIComponent(new URL(address).pathname.split('/').at(-1) ?? '') || 'file';
  return { fileName, mime, bytes };
}

/** By address the real server takes only these as documents. */
function isLinkedDocument(mime: string): boolean {
  return ['application/pdf', 'application/zip', 'image/gif'].includes(mime);
}

function known(call: Call, request: MediaRequest): FileRow {
  const parsed = parseFileId(request.value);
  const file =
    parsed?.botId === call.bot.id ? call.world.state.files.get(parsed.uniqueId) : undefined;
  if (!file) throw badRequest('wrong file identifier/HTTP URL specified');
  const isSame = file.kind === request.type;
  const isClose = documentLike.has(file.kind) && documentLike.has(request.type);
  if (!isSame && !isClose) {
    throw badRequest(
      `can't use file of type ${shownKinds[file.kind]} as ${shownKinds[request.type]}`,
    );
  }
  return file;
}

function cleanName(upload: UploadedFile): string {
  return (upload.fileName || 'file').split(/[/\\]/).at(-1)?.slice(0, 200) ?? 'file';
}

function declared(request: MediaRequest): Partial<FileRow> {
  return {
    ...(request.width === undefined ? {} : { width: request.width }),
    ...(request.height === undefined ? {} : { height: request.height }),
    ...(request.durationSeconds === undefined ? {} : { durationSeconds: request.durationSeconds }),
  };
}

async function thumbnailOf(call: Call, request: MediaRequest): Promise<Partial<FileRow>> {
  const field = /^attach:\/\/(.+)$/.exec(request.thumbnail ?? '')?.[1] ?? 'thumbnail';
  const given = call.params.file(field);
  const made = given && (await saveThumbnail(call.world.files, given.bytes));
  return made ? { thumbnail: made.uniqueId } : {};
}

async function saveGif(call: Call, upload: UploadedFile): Promise<FileRow> {
  const { width, height, delay } = await sharp(upload.bytes).metadata();
  const durationSeconds = Math.ceil((delay ?? []).reduce((sum, ms) => sum + ms, 0) / 1000);
  return call.world.files.save({
    kind: 'animation',
    mime: 'image/gif',
    fileName: cleanName(upload),
    ...{ width, height, durationSeconds },
    bytes: upload.bytes,
  });
}

async function saveDocument(call: Call, upload: UploadedFile, mime: string): Promise<FileRow> {
  const { files } = call.world;
  const thumbnail = mime.startsWith('image/')
    ? await saveThumbnail(files, upload.bytes)
    : undefined;
  return files.save({
    kind: 'document',
    mime,
    fileName: cleanName(upload),
    ...(thumbnail ? { thumbnail: thumbnail.uniqueId } : {}),
    bytes: upload.bytes,
  });
}

const mimeByEnding: Readonly<Record<string, string>> = {
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  gif: 'image/gif',
  mp4: 'video/mp4',
  pdf: 'application/pdf',
  txt: 'text/plain',
  json: 'application/json',
  zip: 'application/zip',
  svg: 'image/svg+xml',
  mov: 'video/quicktime',
  webm: 'video/webm',
  mp3: 'audio/mpeg',
  ogg: 'audio/ogg',
  wav: 'audio/x-wav',
};

/** The ending of the name decides, as on the real server; many clients send no type at all. */
function mimeOf(upload: UploadedFile): string {
  const ending = cleanName(upload).split('.').at(-1)?.toLowerCase() ?? '';
  const isVague = ['', 'text/plain'].includes(upload.mime);
  return mimeByEnding[ending] ?? (isVague ? 'application/octet-stream' : upload.mime);
}

function isMovie(type: MediaType): boolean {
  return type === 'video' || type === 'animation';
}

/** What a request calls a film must be one, otherwise it is sent as a document. */
function isDocument(request: MediaRequest, upload: UploadedFile): boolean {
  if (isMovie(request.type)) return !isMp4(upload.bytes);
  return request.type === 'document';
}

async function savePlayable(
  call: Call,
  request: MediaRequest,
  upload: UploadedFile,
): Promise<FileRow> {
  const movie = isMovie(request.type);
  return call.world.files.save({
    kind: request.type,
    mime: movie ? 'video/mp4' : mimeOf(upload),
    fileName: cleanName(upload),
    ...(movie ? readMp4(upload.bytes) : {}),
    ...declared(request),
    ...(await thumbnailOf(call, request)),
    bytes: upload.bytes,
  });
}

/** What the server makes of sent bytes: it looks at them and not only at the method. */
export async function saveUpload(
  call: Call,
  request: MediaRequest,
  upload: UploadedFile,
): Promise<FileRow> {
  if (upload.bytes.length === 0) throw badRequest('file must be non-empty');
  if (upload.bytes.length > uploadBytesMax) throw new ApiError(413, 'Request Entity Too Large');
  if (request.type === 'photo') return savePhoto(call.world.files, upload.bytes);
  const mime = mimeOf(upload);
  if (mime === 'image/gif' && request.type !== 'video') return saveGif(call, upload);
  if (isDocument(request, upload)) return saveDocument(call, upload, mime);
  return savePlayable(call, request, upload);
}

/** The file a request names, stored. Throws 400 in the words of the real server. */
export async function readMedia(call: Call, request: MediaRequest): Promise<FileRow> {
  const upload = uploaded(call, request);
  if (upload) return saveUpload(call, request, upload);
  if (request.value === '' || request.value.startsWith('attach://')) {
    throw badRequest(`There is no ${request.type} in the request`);
  }
  if (!/^https?:\/\//.test(request.value)) return known(call, request);
  return saveUpload(call, request, await download(request.value, request.type));
}
