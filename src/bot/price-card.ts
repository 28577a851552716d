/** The card that names the price of a draft, with everything that may still be changed. */
import { optionKeys, priceOf } from '../domain/catalogue';
import type { CatalogueModel } from '../storage/catalogue-store';
import { confirmCard } from '../telegram/cards';
import type { Card } from '../telegram/client';
import type { ShownOption } from '../telegram/option-words';
import type { BotContext } from './context';
import type { Composition } from './draft';
import { otherKind, photosMax } from './offers';

/** A finished composition, the model that shall make it, and the models it could be made with. */
export interface Priced {
  readonly filled: Composition;
  readonly model: CatalogueModel;
  readonly models: readonly CatalogueModel[];
}

export async function priceCard(ctx: BotContext, { filled, model, models }: Priced): Promise<Card> {
  const { available } = await ctx.balance();
  const { kind, mode, prompt, look, options, inputAssetIds } = filled;
  return confirmCard({
    language: ctx.person.language,
    draftId: ctx.newId('g'),
    kind,
    prompt,
    style: look === 'words' ? undefined : look,
    modelName: model.name[ctx.person.language],
    priceTokens: priceOf(model, options),
    balance: available,
    photos: inputAssetIds.length,
    settings: await settingsOf(ctx, model, filled),
    changes: {
      style: kind === 'image' && mode === 'photo',
      model: models.length > 1,
      morePhotos: mode === 'photo' && inputAssetIds.length < (await photosMax(ctx, kind)),
      kind: await otherKind(ctx, filled),
    },
  });
}

async function settingsOf(
  { deps }: BotContext,
  { options: offered }: CatalogueModel,
  { mode, options, inputAssetIds }: Composition,
): Promise<ShownOption[]> {
  const [first] = mode === 'photo' ? inputAssetIds : [];
  const mayMask =
    offered.mask !== undefined && first !== undefined && (await deps.assets.hasHoles(first));
  return optionKeys.flatMap((key) => {
    const value = options[key];
    const values = offered[key];
    if (value === undefined || values === undefined || (key === 'mask' && !mayMask)) return [];
    // A changed film is as long as the person's own.
    const isGiven = mode === 'video' && key === 'duration';
    return [{ key, value, mayChange: values.length > 1 && !isGiven }];
  });
}
