import { receiveMessage, type Conversation } from './incoming';
import { mediaContent } from './media-content';
import { saveUpload } from './media-input';
import type { Content } from './outgoing';
import { createParams, type UploadedFile } from './params';
import type { Multipart } from './request-body';
import { refusePerson } from './people-error';
import type { FileRow } from './state';
import { checkCaption, formatText } from './text/formatted-text';
import type { Call, World } from './world';

const albumMax = 10;

function captionOf(form: Multipart): Content {
  const text = form.values.get('caption') ?? '';
  const caption = checkCaption(formatText({ text, parseMode: '', entities: undefined }));
  return {
    ...(caption.text === '' ? {} : { caption: caption.text }),
    ...(caption.entities.length > 0 ? { caption_entities: [...caption.entities] } : {}),
  };
}

/** Files of people are stored by the same rules as those of bots. */
function store(
  world: World,
  { bot }: Conversation,
  wanted: { type: 'photo' | 'video' | 'document'; file: UploadedFile },
): Promise<FileRow> {
  const params = createParams(new Map());
  const call: Call = { world, bot, params, signal: new AbortController().signal };
  return saveUpload(call, { type: wanted.type, field: '', value: '' }, wanted.file);
}

function filesOf(form: Multipart, field: string): UploadedFile[] {
  const files = form.files.filter((entry) => entry.field === field).map(({ file }) => file);
  if (files.length === 0) throw refusePerson(400, `There is no file in the field "${field}"`);
  return files;
}

/** One photo, or several as an album with the caption on the first. */
export async function albumMessages(
  world: World,
  conversation: Conversation,
  form: Multipart,
): Promise<object> {
  const files = filesOf(form, 'photo');
  if (files.length > albumMax) throw refusePerson(400, `An album has at most ${albumMax} photos`);
  const rows: FileRow[] = [];
  for (const file of files) rows.push(await store(world, conversation, { type: 'photo', file }));
  const caption = captionOf(form);
  const messageIds = world.state.transact(() => {
    const group = `14${String(world.state.next('album')).padStart(15, '0')}`;
    const grouped = rows.length > 1 ? { media_group_id: group } : {};
    return rows.map((row, index) => {
      const media = mediaContent(world.state, conversation.bot.id, row);
      const content = { ...media, ...grouped, ...(index === 0 ? caption : {}) };
      return receiveMessage(world, conversation, { content }).message_id;
    });
  });
  return { messageId: messageIds[0], messageIds };
}

/** A file sent as it is; a film is sent as a video, as the app does. */
export async function documentMessage(
  world: World,
  conversation: Conversation,
  form: Multipart,
): Promise<object> {
  const [file] = filesOf(form, 'document');
  if (!file) throw refusePerson(400, 'There is no file in the field "document"');
  const type = file.mime.startsWith('video/') ? 'video' : 'document';
  const row = await store(world, conversation, { type, file });
  const media = mediaContent(world.state, conversation.bot.id, row);
  const content = { ...media, ...captionOf(form) };
  return { messageId: receiveMessage(world, conversation, { content }).message_id };
}
