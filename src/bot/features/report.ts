/** A person says that a result is bad; an admin decides, and refunds by signal. */
import { AppError } from '../../domain/errors';
import { tellAdmins } from '../admins';
import type { BotContext } from '../context';
import { ownGeneration } from '../order';
import { feature, onAction, type Feature } from '../routes';

export function reportFeature(): Feature {
  return feature(onAction('gen:report', (ctx, { generationId }) => report(ctx, generationId)));
}

async function report(ctx: BotContext, generationId: string): Promise<void> {
  const { deps, person } = ctx;
  const generation = await ownGeneration(ctx, generationId);
  if (generation === undefined) throw new AppError('NOT_FOUND', 'Not a generation of this person');
  await ctx.answer(ctx.t.plain('notice.reported'));
  const target = `generation:${generationId}`;
  const known = await deps.audit.list({ target, limit: 50 });
  // Admins hear of it once, however often the button is pressed.
  if (known.some(({ action }) => action === 'report')) return;
  await deps.audit.record({
    actor: person.telegramId.toString(),
    action: 'report',
    target,
    reason: 'pressed the report button',
    outcome: 'reported',
  });
  await tellAdmins(deps, (t) => ({
    text: t('bot.report.admin', {
      generation: generationId,
      person: person.id,
      model: generation.modelSlug,
      price: t.plain('unit.tokens', { count: generation.priceTokens }),
    }),
  }));
}
