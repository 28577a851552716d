/** Leads a draft to its next step: stores it, shows what is missing, or the price when nothing is. */
import { orderedOptions, priceOf } from '../domain/catalogue';
import { AppError } from '../domain/errors';
import { formatTokens } from '../domain/tokens';
import type { CatalogueModel } from '../storage/catalogue-store';
import { confirmCard } from '../telegram/cards';
import type { Card } from '../telegram/client';
import {
  draftKeyboard,
  modelsKeyboard,
  stylesKeyboard,
  type OfferedModel,
} from '../telegram/keyboards';
import type { BotContext } from './context';
import { nextStep, readDraft, type Composition, type Draft, type DraftStep } from './draft';

/** The person's draft; undefined when there is none, or none this version understands. */
export function currentDraft({ sender }: BotContext): Draft | undefined {
  return sender?.draft ? readDraft(sender.draft) : undefined;
}

/**
 * The draft the pressed button belongs to. A button of an older message is answered with a notice,
 * so that it cannot change what the person composes now.
 */
export async function pressedDraft(ctx: BotContext): Promise<Draft | undefined> {
  const draft = currentDraft(ctx);
  const card = draft?.composition.cardMessageId;
  if (draft !== undefined && (card === undefined || card === ctx.pressedMessageId?.toString())) {
    return draft;
  }
  await ctx.answer(ctx.t.plain('notice.oldButton'));
  return undefined;
}

interface ComposeOptions {
  /** One line above the card. */
  readonly note?: string;
  /** A message of its own, where the pressed message has to stay as it is. */
  readonly apart?: boolean;
}

/** Stores the composition as the person's draft and shows its next step. */
export async function compose(
  ctx: BotContext,
  composition: Composition,
  options: ComposeOptions = {},
): Promise<void> {
  const { kind, mode } = composition;
  const models = await onOffer(ctx, { kind, mode });
  const model = chosenModel(models, composition);
  const filled = {
    ...composition,
    // Without a model nobody can say yet which values are on offer.
    options:
      model === undefined
        ? composition.options
        : orderedOptions(model.options, composition.options),
    model: model?.slug,
    shownPrice: undefined,
  };
  const step = nextStep(filled);
  if (step === 'model' && models.length === 0) {
    throw new AppError('MODEL_UNAVAILABLE', `No active model for ${mode} to ${kind}`);
  }
  await ctx.answer();
  if (step === 'confirm' && model !== undefined)
    return showPrice(ctx, { filled, model, models }, options);
  await present(
    ctx,
    { step, composition: filled, card: stepCard(ctx, step, { filled, models }) },
    options,
  );
}

/** A model whose provider has no settings here would only disappoint. */
export async function onOffer(
  { deps }: BotContext,
  { kind, mode }: Pick<Composition, 'kind' | 'mode'>,
): Promise<CatalogueModel[]> {
  const models = await deps.catalogue.listActive({ kind, mode });
  return models.filter(({ provider }) => deps.providers.ready.has(provider));
}

function chosenModel(
  models: readonly CatalogueModel[],
  composition: Composition,
): CatalogueModel | undefined {
  if (models.length === 1) return models[0];
  return models.find((model) => model.slug === composition.model);
}

/** In the list a model shows its least surprising price: that of its defaults. */
function offered(model: CatalogueModel): OfferedModel {
  return { slug: model.slug, name: model.name, priceTokens: priceOf(model) };
}

/** What a step asks for; the price is shown by showPrice. */
function stepCard(
  ctx: BotContext,
  step: DraftStep,
  { filled, models }: { filled: Composition; models: readonly CatalogueModel[] },
): Card {
  const { t } = ctx;
  switch (step) {
    case 'look': {
      const text = t(filled.prompt === '' ? 'bot.create.look' : 'bot.create.lookWithWords');
      return { text, keyboard: stylesKeyboard(t) };
    }
    case 'words':
      return { text: t('bot.create.words'), keyboard: draftKeyboard(t) };
    case 'model':
      return { text: t('bot.create.model'), keyboard: modelsKeyboard(t, models.map(offered)) };
    default:
      return { text: t(`bot.create.${filled.kind}`), keyboard: draftKeyboard(t) };
  }
}

interface Priced {
  readonly filled: Composition;
  readonly model: CatalogueModel;
  readonly models: readonly CatalogueModel[];
}

async function showPrice(
  ctx: BotContext,
  { filled, model, models }: Priced,
  options: ComposeOptions,
): Promise<void> {
  const shownPrice = formatTokens(priceOf(model, filled.options));
  const card = await priceCard(ctx, { filled, model, models });
  await present(ctx, { step: 'confirm', composition: { ...filled, shownPrice }, card }, options);
}

async function priceCard(ctx: BotContext, { filled, model, models }: Priced): Promise<Card> {
  const { available } = await ctx.balance();
  const { kind, mode, prompt, look, options } = filled;
  return confirmCard({
    language: ctx.person.language,
    draftId: ctx.newId('g'),
    kind,
    prompt,
    style: look === 'words' ? undefined : look,
    modelName: model.name[ctx.person.language],
    priceTokens: priceOf(model, options),
    balance: available,
    changes: { style: kind === 'image' && mode === 'photo', model: models.length > 1 },
  });
}

/** The second question before something expensive. */
export async function askAgain(
  ctx: BotContext,
  draft: Draft,
  model: CatalogueModel,
): Promise<void> {
  const { composition } = draft;
  const card = await priceCard(ctx, { filled: composition, model, models: [model] });
  const price = ctx.t.plain('unit.tokens', { count: priceOf(model, composition.options) });
  const note = ctx.t('bot.create.confirmAgain', { price });
  await ctx.answer();
  await present(ctx, { step: 'confirm-again', composition, card }, { note });
}

/**
 * Stores first, shows second: a card whose draft is missing would be a dead end. The draft learns
 * the message afterwards; without it, buttons of other messages are merely not told apart.
 */
async function present(
  ctx: BotContext,
  next: { readonly step: DraftStep; readonly composition: Composition; readonly card: Card },
  { note, apart = false }: ComposeOptions,
): Promise<void> {
  const { step, card } = next;
  const personId = ctx.person.id;
  const draftId = ctx.newId('g');
  const data = { ...next.composition, cardMessageId: undefined };
  await ctx.deps.drafts.save(personId, { id: draftId, step, data });
  const noted = note === undefined ? card : { ...card, text: `${note}\n\n${card.text}` };
  const messageId = apart ? await ctx.say(noted) : await ctx.show(noted);
  ctx.draftNote = { personId, draftId, fields: { cardMessageId: messageId.toString() } };
}
