/** A photo, sent as such or as a file: stored at once, then composed like anything else. */
import type { Message } from 'telegraf/types';
import { AppError } from '../../domain/errors';
import { compose, currentDraft } from '../compose';
import type { BotContext } from '../context';
import { emptyComposition, PROMPT_MAX, type Draft } from '../draft';
import { feature, type Feature } from '../routes';

/** What Telegram lets a bot download. */
const FILE_BYTES_MAX = 20 * 1024 * 1024;

interface SentPhoto {
  readonly fileId: string;
  readonly bytes: number;
  readonly caption: string;
  readonly album: string | undefined;
}

export function photoFeature(): Feature {
  return feature(async (ctx, next) => {
    const photo = readPhoto(ctx.sent);
    return photo === undefined ? next() : takePhoto(ctx, photo);
  });
}

function readPhoto(sent: Message | undefined): SentPhoto | undefined {
  if (sent === undefined) return undefined;
  const file = pictureIn(sent);
  if (file === undefined) return undefined;
  return {
    fileId: file.file_id,
    bytes: file.file_size ?? 0,
    caption: 'caption' in sent ? (sent.caption ?? '').trim() : '',
    album: 'media_group_id' in sent ? sent.media_group_id : undefined,
  };
}

/** The largest size of a photo, or a file that claims to be a picture; the store looks inside. */
function pictureIn(sent: Message): { file_id: string; file_size?: number } | undefined {
  if ('photo' in sent) return sent.photo.at(-1);
  if (!('document' in sent)) return undefined;
  return sent.document.mime_type?.startsWith('image/') === true ? sent.document : undefined;
}

async function takePhoto(ctx: BotContext, photo: SentPhoto): Promise<void> {
  const { deps, person, t } = ctx;
  const draft = currentDraft(ctx);
  // The first photo of an album said already that the others are left out.
  if (photo.album !== undefined && draft?.composition.album === photo.album) return;
  if (photo.caption.length > PROMPT_MAX) {
    await ctx.say({ text: t('bot.create.tooLong', { most: PROMPT_MAX }) });
    return;
  }
  if (photo.bytes > FILE_BYTES_MAX) throw new AppError('FILE_TOO_LARGE', `${photo.bytes} bytes`);
  const bytes = await deps.telegram.download(photo.fileId, FILE_BYTES_MAX);
  const asset = await deps.assets.save({ personId: person.id, role: 'input', bytes });
  const composition = {
    ...emptyComposition(wantedKind(draft)),
    mode: 'photo' as const,
    prompt: photo.caption,
    inputAssetIds: [asset.id],
    album: photo.album,
  };
  await compose(ctx, composition, photo.album === undefined ? {} : { note: t('bot.create.album') });
}

/** A photo becomes a video only when the person asked for a video. */
function wantedKind(draft: Draft | undefined): 'image' | 'video' {
  return draft?.step === 'describe' ? draft.composition.kind : 'image';
}
