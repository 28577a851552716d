/** The buttons under a result that start the next draft from it. Price and confirmation come as always. */
import { AppError } from '../../domain/errors';
import type { Film } from '../../domain/film';
import { measureFilm } from '../../domain/film-file';
import type { GenerationRequest } from '../../domain/generation';
import type { Generation } from '../../storage/generation-store';
import { compose } from '../compose';
import type { BotContext } from '../context';
import { emptyComposition, type Composition } from '../draft';
import { onOffer } from '../offers';
import { ownGeneration } from '../order';
import { feature, onAction, type Feature } from '../routes';

export function repeatFeature(): Feature {
  return feature(
    onAction('gen:again', (ctx, { generationId }) => again(ctx, generationId, {})),
    // Any number not used before makes another variation.
    onAction('gen:vary', (ctx, { generationId }) =>
      again(ctx, generationId, { variation: String(ctx.update.update_id) }),
    ),
    onAction('gen:use', (ctx, { generationId }) => use(ctx, generationId)),
  );
}

async function again(
  ctx: BotContext,
  generationId: string,
  options: Readonly<Record<string, string>>,
): Promise<void> {
  const { request, modelSlug } = await own(ctx, generationId);
  await ctx.deps.assets.assertKept(request.inputAssetIds);
  const film = request.mode === 'video' ? await filmOf(ctx, request.inputAssetIds[0]) : undefined;
  const composition = compositionOf(request, modelSlug, options);
  await compose(ctx, { ...composition, film }, { apart: true });
}

async function filmOf({ deps }: BotContext, assetId = ''): Promise<Film | undefined> {
  return measureFilm(await deps.assets.read(assetId));
}

function compositionOf(
  request: GenerationRequest,
  model: string,
  options: Readonly<Record<string, string>>,
): Composition {
  const { kind, mode, prompt, style, inputAssetIds } = request;
  return {
    kind,
    mode,
    prompt,
    look: style ?? (kind === 'image' && mode === 'photo' ? 'words' : undefined),
    inputAssetIds: [...inputAssetIds],
    options: { ...request.options, ...options },
    model,
  };
}

async function use(ctx: BotContext, generationId: string): Promise<void> {
  const { request, outputAssetIds } = await own(ctx, generationId);
  const [assetId] = outputAssetIds;
  if (assetId === undefined) throw new AppError('NOT_FOUND', 'No result to use');
  await ctx.deps.assets.assertKept([assetId]);
  if (request.kind === 'video') return useFilm(ctx, assetId);
  const composition: Composition = {
    ...emptyComposition('image'),
    mode: 'photo',
    inputAssetIds: [assetId],
  };
  await compose(ctx, composition, { apart: true });
}

async function useFilm(ctx: BotContext, assetId: string): Promise<void> {
  const film = await filmOf(ctx, assetId);
  const composition: Composition = {
    ...emptyComposition('video'),
    mode: 'video',
    inputAssetIds: [assetId],
    film,
  };
  const isTaken = film !== undefined && (await onOffer(ctx, composition)).length > 0;
  if (isTaken) return compose(ctx, composition, { apart: true });
  await ctx.answer(ctx.t.plain('bot.use.video'));
}

async function own(ctx: BotContext, generationId: string): Promise<Generation> {
  const generation = await ownGeneration(ctx, generationId);
  if (generation === undefined) throw new AppError('NOT_FOUND', 'Not a generation of this person');
  return generation;
}
