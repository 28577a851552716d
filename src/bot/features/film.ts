/** A short video, sent as such or as a file: stored at once; words say what changes in it. */
import type { Message } from 'telegraf/types';
import type { Film } from '../../domain/film';
import { measureFilm } from '../../domain/film-file';
import { mainMenuKeyboard } from '../../telegram/keyboards';
import { compose, currentDraft } from '../compose';
import type { BotContext } from '../context';
import { emptyComposition, type Composition } from '../draft';
import { filmsOnOffer, onOffer } from '../offers';
import { feature, type Feature } from '../routes';
import { bytesOf, hasTooManyWords, sentFile, type SentFile } from '../sent-file';

export function filmFeature(): Feature {
  return feature(async (ctx, next) => {
    const sent = sentFile(ctx.sent, filmIn);
    return sent === undefined ? next() : takeFilm(ctx, sent);
  });
}

/** A video, a moving picture without sound, or a file that claims to be one; the store looks inside. */
function filmIn(sent: Message): { file_id: string; file_size?: number } | undefined {
  if ('video' in sent) return sent.video;
  const file =
    'animation' in sent ? sent.animation : 'document' in sent ? sent.document : undefined;
  return file?.mime_type?.startsWith('video/') === true ? file : undefined;
}

async function takeFilm(ctx: BotContext, sent: SentFile): Promise<void> {
  const { t } = ctx;
  if (await hasTooManyWords(ctx, sent)) return;
  // One film makes one work; the first of an album says so.
  if (isNextOfAlbum(ctx, sent)) return;
  const terms = await filmsOnOffer(ctx);
  if (terms === undefined) {
    await ctx.say({ text: t('studio.film.none'), keyboard: mainMenuKeyboard(t) });
    return;
  }
  const composition = await composed(ctx, sent);
  const { film } = composition;
  if (film !== undefined && (await onOffer(ctx, composition)).length === 0) {
    const { width, height, milliseconds } = film;
    const seconds = Math.round(milliseconds / 1000);
    const text = t('studio.film.unfit', { ...terms, width, height, seconds });
    await ctx.say({ text, keyboard: mainMenuKeyboard(t) });
    return;
  }
  const note = sent.album === undefined ? undefined : t('studio.film.album');
  await compose(ctx, composition, { note });
}

function isNextOfAlbum(ctx: BotContext, { album, message }: SentFile): boolean {
  const composition = currentDraft(ctx)?.composition;
  const isTaken = album !== undefined && composition?.album === album;
  return isTaken && composition.mode === 'video' && composition.photoMessages?.[0] !== message;
}

async function composed(ctx: BotContext, sent: SentFile): Promise<Composition> {
  const { assetId, film } = (ctx.keptFilm ??= await keep(ctx, sent));
  return {
    ...emptyComposition('video'),
    mode: 'video',
    prompt: sent.caption,
    inputAssetIds: [assetId],
    film,
    album: sent.album,
    photoMessages: [sent.message],
  };
}

async function keep(
  ctx: BotContext,
  sent: SentFile,
): Promise<{ readonly assetId: string; readonly film: Film | undefined }> {
  const bytes = await bytesOf(ctx, sent);
  const { deps, person } = ctx;
  const file = { personId: person.id, role: 'input', bytes, isFilm: true } as const;
  const { id } = await deps.assets.save(file);
  return { assetId: id, film: measureFilm(bytes) };
}
