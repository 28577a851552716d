/** A photo, sent as such or as a file: stored at once, then composed like anything else. */
import type { Message } from 'telegraf/types';
import { compose, currentDraft } from '../compose';
import type { BotContext } from '../context';
import { emptyComposition, type Composition, type Draft } from '../draft';
import { waitWhile } from '../newest-draft';
import { photosMax } from '../offers';
import { feature, type Feature } from '../routes';
import { bytesOf, hasTooManyWords, sentFile, type SentFile } from '../sent-file';

export function photoFeature(): Feature {
  return feature(async (ctx, next) => {
    const photo = sentFile(ctx.sent, pictureIn);
    return photo === undefined ? next() : takePhoto(ctx, photo);
  });
}

/** The largest size of a photo, or a file that claims to be a picture; the store looks inside. */
function pictureIn(sent: Message): { file_id: string; file_size?: number } | undefined {
  if ('photo' in sent) return sent.photo.at(-1);
  if (!('document' in sent)) return undefined;
  return sent.document.mime_type?.startsWith('image/') === true ? sent.document : undefined;
}

async function takePhoto(ctx: BotContext, photo: SentFile): Promise<void> {
  const { t } = ctx;
  if (await hasTooManyWords(ctx, photo)) return;
  await waitWhile(ctx, () => isBeingShown(ctx, photo));
  const draft = currentDraft(ctx);
  const joined = joinedBy(draft, photo);
  const start = joined ?? { ...emptyComposition(wantedKind(draft)), mode: 'photo' as const };
  const most = await photosMax(ctx, start.kind);
  // One card for the whole album, however many photos it brings.
  const isAlbum = photo.album !== undefined && start.album === photo.album;
  const over = isAlbum ? start.cardMessageId : undefined;
  if (joined !== undefined && isBeyond(joined, photo, most)) {
    return leaveOut(ctx, joined, { most, over });
  }
  const composition = await withPhoto(ctx, start, photo);
  const note = photo.album !== undefined && most <= 1 ? t('bot.create.album') : undefined;
  const adding = start.adding === true && composition.inputAssetIds.length < most;
  await compose(ctx, { ...composition, adding }, { note, over });
}

async function leaveOut(
  ctx: BotContext,
  joined: Composition,
  { most, over }: { readonly most: number; readonly over: string | undefined },
): Promise<void> {
  // The first photo of such an album said already that the others are left out.
  if (most <= 1) return;
  const note = ctx.t('studio.tooMany', { most });
  await compose(ctx, { ...joined, adding: false }, { note, over });
}

/** Photos join a draft that asked for one, and the rest of an album follows its first. */
function joinedBy(draft: Draft | undefined, { album }: SentFile): Composition | undefined {
  if (draft?.composition.mode !== 'photo') return undefined;
  const { step, composition } = draft;
  const isAsked = step === 'photo' || step === 'more';
  return isAsked || (album !== undefined && composition.album === album) ? composition : undefined;
}

/** Another update has stored the draft this photo joins, and its card is on the way. */
function isBeingShown(ctx: BotContext, photo: SentFile): boolean {
  const draft = currentDraft(ctx);
  const joined = joinedBy(draft, photo);
  return joined !== undefined && joined.cardMessageId === undefined && draft?.id !== ctx.newId('g');
}

function isBeyond(joined: Composition, photo: SentFile, most: number): boolean {
  return joined.inputAssetIds.length >= most && !isIn(joined, photo);
}

function isIn({ photoMessages = [] }: Composition, { message }: SentFile): boolean {
  return photoMessages.includes(message);
}

async function withPhoto(
  ctx: BotContext,
  start: Composition,
  photo: SentFile,
): Promise<Composition> {
  const { prompt } = start;
  return {
    ...start,
    ...(isIn(start, photo) ? {} : inOrder(start, photo, await keep(ctx, photo))),
    prompt: photo.caption === '' ? prompt : photo.caption,
    album: photo.album,
  };
}

/** Photos stand in the order in which they were sent, whichever came to us first. */
function inOrder(
  { photoMessages = [], inputAssetIds }: Composition,
  { message }: SentFile,
  assetId: string,
): Pick<Composition, 'photoMessages' | 'inputAssetIds'> {
  const later = photoMessages.filter((known) => Number(known) > Number(message)).length;
  return {
    photoMessages: photoMessages.toSpliced(photoMessages.length - later, 0, message),
    inputAssetIds: inputAssetIds.toSpliced(inputAssetIds.length - later, 0, assetId),
  };
}

async function keep(ctx: BotContext, photo: SentFile): Promise<string> {
  const { deps, person } = ctx;
  if (ctx.keptPhoto !== undefined) return ctx.keptPhoto;
  const bytes = await bytesOf(ctx, photo);
  const asset = await deps.assets.save({ personId: person.id, role: 'input', bytes });
  ctx.keptPhoto = asset.id;
  return asset.id;
}

/** A photo becomes a video only when the person asked for a video. */
function wantedKind(draft: Draft | undefined): 'image' | 'video' {
  return draft?.step === 'describe' ? draft.composition.kind : 'image';
}
