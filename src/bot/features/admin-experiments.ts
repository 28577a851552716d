/** /ab: start and stop an experiment on a model and read what came of it. */
import { usdOf } from '../../domain/budget';
import type { VariantResult } from '../../storage/experiment-store';
import { readExperimentsCommand, type ExperimentsCommand } from '../catalogue-commands';
import type { BotContext } from '../context';
import { feature, onAdminCommand, type Feature } from '../routes';
import { orProblems } from './admin-models';

export function experimentsFeature(): Feature {
  return feature(onAdminCommand('ab', experiments));
}

async function experiments(ctx: BotContext, argument: string): Promise<void> {
  if (argument === '') return list(ctx);
  const wish = readExperimentsCommand(argument);
  if (wish === undefined) {
    await ctx.say({ text: ctx.t('models.experiments.usage') });
    return;
  }
  await orProblems(ctx, async () => {
    await ctx.say({ text: await carryOut(ctx, wish) });
  });
}

async function list(ctx: BotContext): Promise<void> {
  const { t, deps } = ctx;
  const all = await deps.experiments.list();
  const lines = all.map(({ id, model, variants, stoppedAt }) =>
    t('models.experiments.line', {
      mark: stoppedAt === null ? '🟢' : '⚪️',
      id,
      model,
      variants: variants.map(({ slug, weight }) => `${slug}=${weight}`).join(' '),
    }),
  );
  const body = lines.length === 0 ? [t('models.experiments.none')] : lines;
  const text = [t('models.experiments.title'), ...body, '', t('models.experiments.usage')];
  await ctx.say({ text: text.join('\n') });
}

async function carryOut(ctx: BotContext, wish: ExperimentsCommand): Promise<string> {
  const { t, deps } = ctx;
  const { id } = wish;
  if (wish.act === 'show') return resultsOf(ctx, id);
  const act = { actor: ctx.person.telegramId.toString(), reason: wish.reason };
  if (wish.act === 'stop') {
    await deps.experiments.stop(id, act);
    return t('models.experiments.stopped', { id });
  }
  const { model, variants } = wish;
  await deps.experiments.start({ id, model, variants }, act);
  return t('models.experiments.started', { id });
}

async function resultsOf({ t, deps }: BotContext, id: string): Promise<string> {
  const { experiment, results } = await deps.experiments.results(id);
  const parts = results.map((result) => {
    const { variant, delivered, generations, people, fellBack, complaints } = result;
    return t('models.experiments.result', {
      variant,
      delivered,
      generations,
      people,
      fellBack,
      complaints,
      repeat: result.repeatPeople,
      rate: percentOf(result),
      p50: secondsOf(result.latencyMs50),
      p95: secondsOf(result.latencyMs95),
      cost: usdOf(result.costMicros),
    });
  });
  const title = t('models.experiments.results', { id, model: experiment.model });
  return [title, ...(parts.length === 0 ? [t('models.experiments.noResults')] : parts)].join(
    '\n\n',
  );
}

function percentOf({ delivered, failed }: VariantResult): string {
  const ended = delivered + failed;
  return ended === 0 ? '–' : ((delivered * 100) / ended).toFixed(1);
}

function secondsOf(ms: number | null): string {
  return ms === null ? '–' : (ms / 1000).toFixed(1);
}
