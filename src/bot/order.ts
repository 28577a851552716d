/** Turns a confirmed draft into a stored order with a running workflow. */
import { AppError } from '../domain/errors';
import { variantFor } from '../domain/experiment';
import { optionsToServe } from '../domain/fallback';
import type { CatalogueModel } from '../storage/catalogue-store';
import type { Generation, Order } from '../storage/generation-store';
import { statusCard } from '../telegram/cards';
import { generationInput } from '../workflows/inputs';
import type { BotContext } from './context';
import type { BotDeps } from './deps';
import { requestOf, type Composition, type Draft } from './draft';
import { takesFilmOf } from './offers';

/** The person's own generation; undefined when there is none, or when it is somebody else's. */
export async function ownGeneration(ctx: BotContext, id: string): Promise<Generation | undefined> {
  const generation = await findGeneration(ctx.deps, id);
  return generation?.personId === ctx.person.id ? generation : undefined;
}

export async function findGeneration(
  { generations }: Pick<BotDeps, 'generations'>,
  id: string,
): Promise<Generation | undefined> {
  try {
    return await generations.get(id);
  } catch (error) {
    if (error instanceof AppError && error.code === 'NOT_FOUND') return undefined;
    throw error;
  }
}

/** Stores the order under the draft's id; the message of the pressed button becomes its status. */
export async function order(ctx: BotContext, draft: Draft, model: CatalogueModel): Promise<void> {
  const statusMessageId = ctx.pressedMessageId;
  const request = requestOf(draft.composition);
  const variant = await variantOf(ctx, model, draft.composition);
  const generation = await ctx.deps.generations.order({
    id: draft.id,
    person: ctx.person,
    chatId: ctx.chatId,
    language: ctx.person.language,
    request,
    model,
    ...(variant === undefined ? {} : { variant }),
    ...(statusMessageId === undefined ? {} : { statusMessageId }),
  });
  await begin(ctx, generation);
}

/** The variant this person meets when an experiment runs on the model and the variant can serve it. */
async function variantOf(
  ctx: BotContext,
  model: CatalogueModel,
  composition: Composition,
): Promise<Order['variant']> {
  const { deps, person } = ctx;
  const running = await deps.experiments.runningOn(model.slug);
  if (running === undefined) return undefined;
  const { experiment, models } = running;
  const slug = variantFor(experiment.id, person.id, experiment.variants)?.slug;
  const variant = models.find((known) => known.slug === slug);
  if (variant?.active !== true || !takesFilmOf(ctx, variant, composition)) return undefined;
  const { kind, mode, inputAssetIds, options } = composition;
  const demand = { kind, mode, inputs: inputAssetIds.length, options };
  const asked = optionsToServe(variant, demand, model.options);
  if (asked === undefined) return undefined;
  return { experiment: experiment.id, serving: { model: variant, options: asked } };
}

/**
 * Starts the workflow of a stored order. Harmless when it runs already, so every repeat of the
 * confirmation comes here too.
 */
export async function begin(ctx: BotContext, generation: Generation): Promise<void> {
  if (generation.status === 'ordered') {
    await ctx.answer(ctx.t.plain('notice.ordered'));
    // Before the workflow shows its own progress in the same message.
    await showQueued(ctx, generation);
    await ctx.deps.engine.startGeneration(generationInput(generation, ctx.deps.windows));
  } else {
    await ctx.answer(ctx.t.plain('notice.ordered'));
  }
  await ctx.deps.drafts.clear(ctx.person.id, generation.id);
}

/** A courtesy: the work does not wait for it, and its failure stops nothing. */
async function showQueued(ctx: BotContext, generation: Generation): Promise<void> {
  const { telegram, generations, logger } = ctx.deps;
  const card = statusCard({
    language: generation.language,
    generationId: generation.id,
    kind: generation.request.kind,
    progress: 'queued',
  });
  try {
    const shown = generation.statusMessageId;
    const outcome =
      shown === null ? 'gone' : await telegram.editText(generation.chatId, shown, card);
    if (outcome !== 'gone') return;
    const { messageId } = await telegram.sendText(generation.chatId, card);
    await generations.setStatusMessage(generation.id, messageId);
  } catch (error) {
    logger.warn({ err: error, generationId: generation.id }, 'The status could not be shown');
  }
}
