/** Which models can make what a person composes. */
import { orderedOptions } from '../domain/catalogue';
import { filmLimits, optionsForFilm, takesFilm } from '../domain/film';
import type { GenerationKind } from '../domain/generation';
import type { CatalogueModel } from '../storage/catalogue-store';
import type { BotContext } from './context';
import type { Composition } from './draft';

type Wish = Pick<Composition, 'kind' | 'mode' | 'inputAssetIds' | 'film'>;

/** A model whose provider has no settings here would only disappoint, and so would a lost photo. */
export async function onOffer(ctx: BotContext, wish: Wish): Promise<CatalogueModel[]> {
  const { kind, mode, inputAssetIds } = wish;
  const models = await ctx.deps.catalogue.listActive({ kind, mode });
  return models.filter(
    (model) =>
      ctx.deps.providers.ready.has(model.provider) &&
      inputAssetIds.length <= model.inputsMax &&
      takesFilmOf(ctx, model, wish),
  );
}

/** Whether the film of a wish, if it has one, can be given to the model's provider and fits. */
export function takesFilmOf(
  { deps }: BotContext,
  { provider, options }: Pick<CatalogueModel, 'provider' | 'options'>,
  { mode, film }: Pick<Wish, 'mode' | 'film'>,
): boolean {
  if (mode !== 'video') return true;
  const terms = deps.films.get(provider);
  return terms !== undefined && (film === undefined || takesFilm(options, terms, film));
}

/** Between what a film fits at least one model here; undefined when none takes any. */
export async function filmsOnOffer(
  ctx: BotContext,
): Promise<Record<'least' | 'most' | 'sideMin' | 'sideMax', number> | undefined> {
  const models = await onOffer(ctx, { kind: 'video', mode: 'video', inputAssetIds: [] });
  const terms = models.flatMap(({ provider }) => ctx.deps.films.get(provider) ?? []);
  if (terms.length === 0) return undefined;
  const lengths = models.flatMap(({ options }) => options.duration?.map(Number) ?? []);
  return {
    least: Math.min(...terms.map(({ secondsMin }) => secondsMin)),
    most: lengths.length === 0 ? filmLimits.seconds : Math.max(...lengths),
    sideMin: Math.min(...terms.map(({ sideMin }) => sideMin)),
    sideMax: Math.max(...terms.map(({ sideMax }) => sideMax)),
  };
}

/** The options a composition has with a model: a film decides how long its work is. */
export function optionsWith(
  { options: offered }: Pick<CatalogueModel, 'options'>,
  { options, film }: Pick<Composition, 'options' | 'film'>,
): Readonly<Record<string, string>> {
  const ordered = orderedOptions(offered, options);
  return film === undefined ? ordered : (optionsForFilm(offered, film, ordered) ?? ordered);
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
