/** Which models can make what a person composes. */
import type { GenerationKind } from '../domain/generation';
import type { CatalogueModel } from '../storage/catalogue-store';
import type { BotContext } from './context';
import type { Composition } from './draft';

type Wish = Pick<Composition, 'kind' | 'mode' | 'inputAssetIds'>;

/** A model whose provider has no settings here would only disappoint, and so would a lost photo. */
export async function onOffer(
  { deps }: BotContext,
  { kind, mode, inputAssetIds }: Wish,
): Promise<CatalogueModel[]> {
  const models = await deps.catalogue.listActive({ kind, mode });
  return models.filter(
    ({ provider, inputsMax }) =>
      deps.providers.ready.has(provider) && inputAssetIds.length <= inputsMax,
  );
}

/** How many photos at once the most able model takes; 0 when none takes any. */
export async function photosMax(ctx: BotContext, kind: GenerationKind): Promise<number> {
  const models = await onOffer(ctx, { kind, mode: 'photo', inputAssetIds: [] });
  return Math.max(0, ...models.map(({ inputsMax }) => inputsMax));
}

/** What else the same words and photos may become here. */
export async function otherKind(
  ctx: BotContext,
  composition: Wish,
): Promise<GenerationKind | undefined> {
  const kind = composition.kind === 'image' ? 'video' : 'image';
  const models = await onOffer(ctx, { ...composition, kind });
  return models.length > 0 ? kind : undefined;
}

/**
 * The one that was chosen, the only one there is, or the one the person took the last time; undefined
 * when only the person can say.
 */
export async function chosenModel(
  ctx: BotContext,
  models: readonly CatalogueModel[],
  wanted: { readonly composition: Composition; readonly mayRemember: boolean },
): Promise<CatalogueModel | undefined> {
  const { composition, mayRemember } = wanted;
  if (models.length === 1) return models[0];
  const chosen = models.find(({ slug }) => slug === composition.model);
  if (chosen !== undefined || !mayRemember || models.length === 0) return chosen;
  const last = await ctx.deps.generations.lastModel(ctx.person.id, composition);
  return models.find(({ slug }) => slug === last);
}
