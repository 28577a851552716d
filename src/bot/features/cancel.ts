/** Stopping: what is being composed, or what is being made. */
import { activeStatuses } from '../../domain/generation';
import { AppError } from '../../domain/errors';
import { activeKeyboard } from '../../telegram/keyboards';
import { pressedDraft } from '../compose';
import type { BotContext } from '../context';
import { labelOf } from '../generation-words';
import { menuButtons } from '../menu-card';
import { ownGeneration } from '../order';
import { feature, onAction, onCommand, type Feature } from '../routes';

/** More than one person may ever have under way. */
const LOOKED_AT = 20;

export function cancelFeature(): Feature {
  return feature(
    onCommand('cancel', cancel),
    onAction('draft:cancel', forgetDraft),
    onAction('gen:cancel', (ctx, { generationId }) => stop(ctx, generationId)),
  );
}

async function cancel(ctx: BotContext): Promise<void> {
  const { t, person, deps } = ctx;
  const hadDraft = (await deps.drafts.get(person.id)) !== null;
  if (hadDraft) await deps.drafts.clear(person.id);
  const latest = await deps.generations.listByPerson(person.id, { limit: LOOKED_AT });
  const active = latest.filter(({ status }) => activeStatuses.includes(status));
  if (active.length > 0) {
    const entries = active.map((generation) => ({
      generationId: generation.id,
      label: t.plain('bot.cancelled.label', { what: labelOf(ctx, generation) }),
    }));
    await ctx.say({ text: t('bot.cancelled.active'), keyboard: activeKeyboard(t, entries) });
    return;
  }
  const text = t(hadDraft ? 'bot.cancelled.draft' : 'bot.cancelled.nothing');
  await ctx.say({ text, keyboard: menuButtons(ctx) });
}

async function forgetDraft(ctx: BotContext): Promise<void> {
  const draft = await pressedDraft(ctx);
  if (draft === undefined) return;
  await ctx.deps.drafts.clear(ctx.person.id);
  await ctx.answer();
  await ctx.show({ text: ctx.t('bot.cancelled.draft'), keyboard: menuButtons(ctx) });
}

/** The workflow says what came of it; it may be too late. */
async function stop(ctx: BotContext, generationId: string): Promise<void> {
  const { t, deps } = ctx;
  const generation = await ownGeneration(ctx, generationId);
  if (generation === undefined) throw new AppError('NOT_FOUND', 'Not a generation of this person');
  const isActive = activeStatuses.includes(generation.status);
  if (!isActive || !(await isSignalled(deps.engine.cancelGeneration(generationId)))) {
    await ctx.answer(t.plain('notice.finishedAlready'));
    return;
  }
  await ctx.answer(t.plain('notice.stopping'));
}

async function isSignalled(signal: Promise<void>): Promise<boolean> {
  try {
    await signal;
    return true;
  } catch (error) {
    if (error instanceof AppError && error.code === 'NOT_FOUND') return false;
    throw error;
  }
}
