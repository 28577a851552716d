/** The options under the price: a button opens the values of one, each with the price it makes. */
import { priceOf, type OptionKey } from '../../domain/catalogue';
import { readChoice, valuesKeyboard } from '../../telegram/studio-keyboards';
import { compose, pressedDraft } from '../compose';
import type { BotContext } from '../context';
import { onOffer } from '../offers';
import { feature, onAction, type Feature } from '../routes';

export function settingsFeature(): Feature {
  return feature(
    onAction('option', (ctx, { key }) => showValues(ctx, key)),
    onAction('choose', (ctx, { choice }) => choose(ctx, choice)),
    onAction('settings', (ctx) => choose(ctx, undefined)),
  );
}

async function showValues(ctx: BotContext, key: OptionKey): Promise<void> {
  const draft = await pressedDraft(ctx);
  if (draft === undefined) return;
  const { composition } = draft;
  const models = await onOffer(ctx, composition);
  const model = models.find(({ slug }) => slug === composition.model);
  const values = model?.options[key];
  // The offer has changed since the card was shown.
  if (model === undefined || values === undefined) return compose(ctx, composition);
  const { t } = ctx;
  const priced = values.map((value) => ({
    value,
    priceTokens: priceOf(model, { ...composition.options, [key]: value }),
  }));
  const chosen = composition.options[key] ?? '';
  await ctx.answer();
  await ctx.show({
    text: t(`studio.ask.${key}`),
    keyboard: valuesKeyboard(t, { key, chosen, values: priced }),
  });
}

/** Back to the price, with another value or none. */
async function choose(ctx: BotContext, choice: string | undefined): Promise<void> {
  const draft = await pressedDraft(ctx);
  if (draft === undefined) return;
  const { composition } = draft;
  const read = choice === undefined ? undefined : readChoice(choice);
  const options = { ...composition.options, ...(read && { [read.key]: read.value }) };
  await compose(ctx, { ...composition, options });
}
