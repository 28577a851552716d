/** The confirm button: from here on tokens are at stake. */
import { isStillOffered, priceOf } from '../../domain/catalogue';
import { parseTokens, type Tokens } from '../../domain/tokens';
import type { CatalogueModel } from '../../storage/catalogue-store';
import { buyKeyboard } from '../../telegram/keyboards';
import { askAgain, compose, currentDraft } from '../compose';
import type { BotContext } from '../context';
import type { Draft } from '../draft';
import { onOffer } from '../offers';
import { begin, order, ownGeneration } from '../order';
import { feature, onAction, type Feature } from '../routes';

export function confirmFeature(): Feature {
  return feature(onAction('confirm', (ctx, { draftId }) => confirm(ctx, draftId)));
}

async function confirm(ctx: BotContext, draftId: string): Promise<void> {
  // A second tap, or a repeat after something was down: look for what the first one did.
  const known = await ownGeneration(ctx, draftId);
  if (known !== undefined) return begin(ctx, known);

  const draft = currentDraft(ctx);
  if (draft?.id !== draftId) {
    await ctx.answer(ctx.t.plain('notice.oldButton'));
    return;
  }
  const model = await stillOnOffer(ctx, draft);
  if (model === undefined) return compose(ctx, draft.composition);
  const news = changeSince(draft, model);
  if (news !== undefined) return compose(ctx, draft.composition, { note: ctx.t(news) });
  const price = priceOf(model, draft.composition.options);
  if (isExpensive(ctx, price) && draft.step !== 'confirm-again') return askAgain(ctx, draft, model);
  if (await isShort(ctx, price)) return;
  await order(ctx, draft, model);
}

/** What became different since the card was shown; nobody pays for what they did not see. */
function changeSince(
  { composition }: Draft,
  model: CatalogueModel,
): 'bot.create.offerChanged' | 'bot.create.priceChanged' | undefined {
  const { options, shownPrice = '0' } = composition;
  if (!isStillOffered(model.options, options)) return 'bot.create.offerChanged';
  return parseTokens(shownPrice) === priceOf(model, options)
    ? undefined
    : 'bot.create.priceChanged';
}

async function stillOnOffer(ctx: BotContext, draft: Draft): Promise<CatalogueModel | undefined> {
  const { model } = draft.composition;
  const models = await onOffer(ctx, draft.composition);
  return models.find(({ slug }) => slug === model);
}

function isExpensive(ctx: BotContext, price: Tokens): boolean {
  return price >= ctx.deps.settings.limits.highCostTokens;
}

/**
 * The friendly half of the rule; the workflow's reserve is the one that counts. The card stays, so
 * that the person can come back to it after topping up.
 */
async function isShort(ctx: BotContext, price: Tokens): Promise<boolean> {
  const { available } = await ctx.deps.ledger.balance(ctx.person.id);
  if (available >= price) return false;
  const needed = ctx.t.plain('unit.tokens', { count: price });
  const balance = ctx.t.plain('unit.tokens', { count: available });
  await ctx.answer();
  await ctx.say({
    text: ctx.t('bot.create.short', { price: needed, balance }),
    keyboard: buyKeyboard(ctx.t),
  });
  return true;
}
