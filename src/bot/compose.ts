/** Leads a draft to its next step: stores it, shows what is missing, or the price when nothing is. */
import { priceOf } from '../domain/catalogue';
import { AppError } from '../domain/errors';
import { formatTokens } from '../domain/tokens';
import type { CatalogueModel } from '../storage/catalogue-store';
import type { Card } from '../telegram/client';
import { modelsCard } from '../telegram/studio-cards';
import { draftKeyboard, stylesKeyboard } from '../telegram/keyboards';
import { morePhotosKeyboard } from '../telegram/studio-keyboards';
import type { BotContext } from './context';
import { nextStep, readDraft, type Composition, type Draft, type DraftStep } from './draft';
import { DraftMoved } from './newest-draft';
import { chosenModel, filmsOnOffer, onOffer, optionsWith, otherKind, photosMax } from './offers';
import { priceCard, type Priced } from './price-card';

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
  readonly note?: string | undefined;
  /** A message of its own, where the pressed message has to stay as it is. */
  readonly apart?: boolean;
  /** The message to show it in, where no button was pressed. */
  readonly over?: string | undefined;
  /** The person wants to see all models, and not the one they took the last time. */
  readonly anew?: boolean;
}

/** Stores the composition as the person's draft and shows its next step. */
export async function compose(
  ctx: BotContext,
  composition: Composition,
  options: ComposeOptions = {},
): Promise<void> {
  const { kind, mode } = composition;
  const models = await onOffer(ctx, composition);
  const isComplete = nextStep({ ...composition, model: undefined }) === 'model';
  const model = await chosenModel(ctx, models, {
    composition,
    mayRemember: isComplete && options.anew !== true,
  });
  const filled = {
    ...composition,
    // Without a model nobody can say yet which values are on offer.
    options: model === undefined ? composition.options : optionsWith(model, composition),
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
    { step, composition: filled, card: await stepCard(ctx, step, { filled, models }) },
    options,
  );
}

/** In the list a model shows its least surprising price: that of its defaults, for the film there is. */
function offered({ slug, name, description, ...model }: CatalogueModel, { film }: Composition) {
  const priceTokens = priceOf(model, optionsWith(model, { options: {}, film }));
  return { slug, name, description, priceTokens };
}

/** What a step asks for; the price is shown by showPrice. */
async function stepCard(
  ctx: BotContext,
  step: DraftStep,
  { filled, models }: { filled: Composition; models: readonly CatalogueModel[] },
): Promise<Card> {
  const { t } = ctx;
  switch (step) {
    case 'photo':
      return { text: t('studio.sendPhoto'), keyboard: draftKeyboard(t) };
    case 'more': {
      const most = await photosMax(ctx, filled.kind);
      const text = t('studio.sendMore', { amount: filled.inputAssetIds.length, most });
      return { text, keyboard: morePhotosKeyboard(t) };
    }
    case 'look':
      return lookCard(ctx, filled);
    case 'words':
      return {
        text: t(filled.mode === 'video' ? 'studio.film.words' : 'bot.create.words'),
        keyboard: draftKeyboard(t),
      };
    case 'model':
      return modelsCard(
        t,
        models.map((model) => offered(model, filled)),
      );
    default: {
      const mayBeFilm = filled.kind === 'video' && (await filmsOnOffer(ctx)) !== undefined;
      const text = t(mayBeFilm ? 'studio.film.describe' : `bot.create.${filled.kind}`);
      return { text, keyboard: draftKeyboard(t) };
    }
  }
}

async function lookCard(ctx: BotContext, filled: Composition): Promise<Card> {
  const { t } = ctx;
  const hasWords = filled.prompt !== '';
  const amount = filled.inputAssetIds.length;
  const one = t(hasWords ? 'bot.create.lookWithWords' : 'bot.create.look');
  const many = t(hasWords ? 'studio.lookManyWithWords' : 'studio.lookMany', { amount });
  const keyboard = stylesKeyboard(t, {
    morePhotos: amount < (await photosMax(ctx, filled.kind)),
    video: (await otherKind(ctx, filled)) !== undefined,
  });
  return { text: amount > 1 ? many : one, keyboard };
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
  options: ComposeOptions,
): Promise<void> {
  const { step, card } = next;
  const personId = ctx.person.id;
  const draftId = ctx.newId('g');
  const data = { ...next.composition, cardMessageId: undefined };
  const version = ctx.sender?.draft?.version ?? null;
  const isStored = await ctx.deps.drafts.save(personId, { id: draftId, step, data }, version);
  if (!isStored) throw new DraftMoved(`Another draft than ${version ?? 'none'}`);
  const { note } = options;
  const noted = note === undefined ? card : { ...card, text: `${note}\n\n${card.text}` };
  const messageId = await place(ctx, noted, options);
  ctx.draftNote = { personId, draftId, fields: { cardMessageId: messageId.toString() } };
}

async function place(
  ctx: BotContext,
  card: Card,
  { apart = false, over }: ComposeOptions,
): Promise<bigint> {
  if (apart) return ctx.say(card);
  if (over === undefined) return ctx.show(card);
  const outcome = await ctx.deps.telegram.editText(ctx.chatId, BigInt(over), card);
  return outcome === 'gone' ? ctx.say(card) : BigInt(over);
}
