/** /models: what is offered, at which price, and changing it without a deploy. */
import { priceOf } from '../../domain/catalogue';
import { UnsoundModel } from '../../domain/model-rules';
import type { CatalogueModel } from '../../storage/catalogue-store';
import { readModelsCommand, type ModelsCommand } from '../catalogue-commands';
import type { BotContext } from '../context';
import { feature, onAdminCommand, type Feature } from '../routes';

export function modelsFeature(): Feature {
  return feature(onAdminCommand('models', models));
}

async function models(ctx: BotContext, argument: string): Promise<void> {
  if (argument === '') return list(ctx);
  const wish = readModelsCommand(argument);
  if (wish === undefined) {
    await ctx.say({ text: ctx.t('models.usage') });
    return;
  }
  await orProblems(ctx, async () => {
    const model = await carryOut(ctx, wish);
    // The line is made of escaped values already.
    await ctx.say({ text: ctx.t.plain('models.changed', { line: lineOf(ctx, model) }) });
  });
}

async function list(ctx: BotContext): Promise<void> {
  const { t, deps } = ctx;
  const all = await deps.catalogueChanges.listAll();
  const lines = all.map((model) => lineOf(ctx, model));
  for (const page of pagesOf([t('models.title'), ...lines, '', t('models.marks')])) {
    await ctx.say({ text: page });
  }
  await ctx.say({ text: t('models.usage') });
}

function lineOf({ t, deps }: BotContext, model: CatalogueModel): string {
  const price = t.plain('unit.tokens', { count: priceOf(model) });
  const isFixed = Object.keys(model.options).length === 0;
  return t('models.line', {
    mark: markOf(model, deps.providers.ready.has(model.provider)),
    slug: model.slug,
    name: model.name[t.language],
    price: isFixed ? price : t.plain('models.price', { price }),
    provider: model.provider,
  });
}

function markOf({ active, listed, disabledReason }: CatalogueModel, isReady: boolean): string {
  if (disabledReason !== null) return '🔴';
  if (!active) return '⚪️';
  if (!isReady) return '🟡';
  return listed ? '🟢' : '🔵';
}

async function carryOut(ctx: BotContext, wish: ModelsCommand): Promise<CatalogueModel> {
  const { catalogue, catalogueChanges } = ctx.deps;
  const act = { actor: ctx.person.telegramId.toString(), reason: wish.reason };
  switch (wish.act) {
    case 'on':
    case 'off':
      return catalogueChanges.change(wish.slug, { active: wish.act === 'on' }, act);
    case 'price':
      return catalogueChanges.change(wish.slug, { priceTokens: wish.tokens }, act);
    case 'add': {
      const { slug, providerModel, name, tokens } = wish;
      const like = await catalogue.get(wish.like);
      const { base: _base, ...surcharge } = like.rate;
      // What stands in for the copied one can stand in for this one; it cannot for itself.
      const fallback = like.fallback.filter((other) => other !== slug);
      const rest = { active: true, listed: true, fallback };
      const model = { ...like, ...rest, slug, providerModel, name, surcharge, priceTokens: tokens };
      return catalogueChanges.add(model, act);
    }
  }
}

/** Says which rules are broken, all of them. */
export async function orProblems(ctx: BotContext, change: () => Promise<void>): Promise<void> {
  try {
    await change();
  } catch (error) {
    if (!(error instanceof UnsoundModel)) throw error;
    const { t } = ctx;
    const problems = error.problems.map((problem) => `• ${t.plain(`models.problem.${problem}`)}`);
    await ctx.say({ text: t('models.unsound', { problems: problems.join('\n') }) });
  }
}

const PAGE_MAX = 3_500;

/** A long list as several messages. */
function pagesOf(lines: readonly string[]): string[] {
  const pages: string[] = [];
  for (const line of lines) {
    const last = pages.at(-1);
    if (last === undefined || last.length + line.length > PAGE_MAX) pages.push(line);
    else pages[pages.length - 1] = `${last}\n${line}`;
  }
  return pages;
}
