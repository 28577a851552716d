import { badRequest } from '../api-error';
import { mediaContent } from '../media-content';
import { readMedia, type MediaRequest, type MediaType } from '../media-input';
import { openOutgoing, send, sendAll, type Content } from '../outgoing';
import { asObject, optionalString } from '../params';
import type { FileKind } from '../state';
import { checkCaption, formatText } from '../text/formatted-text';
import type { Call, Method, Methods } from '../world';
import { captionContent } from './messages';

function positive(value: unknown): number | undefined {
  const number = Number(value ?? 0);
  return Number.isInteger(number) && number > 0 ? number : undefined;
}

function details(fields: Record<string, unknown>): Partial<MediaRequest> {
  const width = positive(fields['width']);
  const height = positive(fields['height']);
  const durationSeconds = positive(fields['duration']);
  const thumbnail = optionalString(fields, 'thumbnail');
  return {
    ...(width === undefined ? {} : { width }),
    ...(height === undefined ? {} : { height }),
    ...(durationSeconds === undefined ? {} : { durationSeconds }),
    ...(thumbnail === '' ? {} : { thumbnail }),
  };
}

function requestOf(call: Call, type: MediaType): MediaRequest {
  const { params } = call;
  const fields = Object.fromEntries(
    ['width', 'height', 'duration', 'thumbnail'].map((name) => [name, params.text(name)]),
  );
  return { type, field: type, value: params.text(type), ...details(fields) };
}

function sendMedia(type: MediaType): Method {
  return async (call) => {
    const outgoing = openOutgoing(call);
    const caption = captionContent(call);
    const file = await readMedia(call, requestOf(call, type));
    const spoiler = call.params.bool('has_spoiler') ? { has_media_spoiler: true } : {};
    const content = {
      ...mediaContent(call.world.state, call.bot.id, file),
      ...caption,
      ...spoiler,
    } as Content;
    return send(call, outgoing, { content });
  };
}

const inputTypes: Readonly<Record<string, MediaType>> = {
  photo: 'photo',
  video: 'video',
  animation: 'animation',
  document: 'document',
  audio: 'audio',
};

/** One InputMedia: its file is stored, its caption read. Throws 400. */
export async function inputMedia(
  call: Call,
  value: unknown,
): Promise<{ content: Content; kind: FileKind }> {
  const fields = asObject(value, "Can't parse InputMedia: expected an Object");
  const type = inputTypes[optionalString(fields, 'type')];
  if (!type) throw badRequest("Can't parse InputMedia: invalid type specified");
  const source = optionalString(fields, 'media');
  if (source === '') throw badRequest("Can't parse InputMedia: media not found");
  const caption = checkCaption(
    formatText({
      text: optionalString(fields, 'caption'),
      parseMode: optionalString(fields, 'parse_mode'),
      entities: fields['caption_entities'],
    }),
  );
  const file = await readMedia(call, { type, field: '', value: source, ...details(fields) });
  const shown: Content = {
    ...(caption.text === '' ? {} : { caption: caption.text }),
    ...(caption.entities.length > 0 ? { caption_entities: [...caption.entities] } : {}),
    ...(fields['has_spoiler'] === true ? { has_media_spoiler: true } : {}),
    ...(fields['show_caption_above_media'] === true ? { show_caption_above_media: true } : {}),
  };
  const content: Content = { ...mediaContent(call.world.state, call.bot.id, file), ...shown };
  return { content, kind: file.kind };
}

function checkAlbum(kinds: readonly FileKind[]): void {
  if (kinds.includes('animation')) {
    throw badRequest("Can't use the media of the specified type in the album");
  }
  for (const [kind, shown] of [
    ['document', 'Document'],
    ['audio', 'Audio'],
  ] as const) {
    if (kinds.includes(kind) && kinds.some((other) => other !== kind)) {
      throw badRequest(`${shown} can't be mixed with other media types`);
    }
  }
}

async function sendMediaGroup(call: Call): Promise<unknown> {
  const items = call.params.json('media', "Can't parse media JSON object");
  if (!Array.isArray(items)) throw badRequest('expected an Array of InputMedia');
  if (items.length === 0) throw badRequest('There are no messages to send');
  if (items.length > 10) throw badRequest('Too many messages to send as an album');
  const outgoing = openOutgoing(call);
  const media: { content: Content; kind: FileKind }[] = [];
  for (const item of items) media.push(await inputMedia(call, item));
  checkAlbum(media.map(({ kind }) => kind));
  const group = String(13_000_000_000_000_000n + BigInt(call.world.state.next('album')));
  const grouped = media.length > 1 ? { media_group_id: group } : {};
  return sendAll(
    call,
    outgoing,
    media.map(({ content }) => ({ content: { ...content, ...grouped } })),
  );
}

export const mediaMethods: Methods = {
  sendPhoto: sendMedia('photo'),
  sendVideo: sendMedia('video'),
  sendAnimation: sendMedia('animation'),
  sendDocument: sendMedia('document'),
  sendAudio: sendMedia('audio'),
  sendVoice: sendMedia('voice'),
  sendMediaGroup,
};
