/** /providers: how each one stands, what it costs, and the owner's limits for it. */
import { usdOf } from '../../domain/budget';
import { AppError } from '../../domain/errors';
import { statusOf } from '../../domain/provider-standing';
import type { ProviderStanding } from '../../storage/provider-store';
import { readProvidersCommand } from '../catalogue-commands';
import type { BotContext } from '../context';
import { feature, onAdminCommand, type Feature } from '../routes';

export function providersFeature(): Feature {
  return feature(onAdminCommand('providers', providers));
}

async function providers(ctx: BotContext, argument: string): Promise<void> {
  const { t, deps, person } = ctx;
  if (argument === '') return list(ctx);
  const wish = readProvidersCommand(argument);
  if (wish === undefined) {
    await ctx.say({ text: t('models.providers.usage') });
    return;
  }
  const { id, change, reason } = wish;
  if (!deps.providers.ready.has(id)) throw new AppError('NOT_FOUND', `No provider ${id}`);
  await deps.providerStates.change(id, change, { actor: person.telegramId.toString(), reason });
  const standing = (await deps.providerStates.standings()).find(({ provider }) => provider === id);
  await ctx.say({ text: lineOf(ctx, id, standing) });
}

async function list(ctx: BotContext): Promise<void> {
  const { t, deps } = ctx;
  const standings = await deps.providerStates.standings();
  const lines = [...deps.providers.ready.keys()].map((id) =>
    lineOf(
      ctx,
      id,
      standings.find(({ provider }) => provider === id),
    ),
  );
  const text = [t('models.providers.title'), ...lines, t('models.providers.usage')];
  await ctx.say({ text: text.join('\n\n') });
}

function lineOf(ctx: BotContext, id: string, standing: ProviderStanding | undefined): string {
  return [moneyLine(ctx, id, standing), ...placesLine(ctx, id, standing)].join('\n');
}

function moneyLine({ t }: BotContext, id: string, standing: ProviderStanding | undefined): string {
  const status = statusOf(standing);
  const limit = (micros: bigint | null = null) =>
    micros === null ? t.plain('models.providers.unlimited') : `$${usdOf(micros)}`;
  return t('models.providers.line', {
    mark: status === 'ok' ? '🟢' : '🔴',
    id,
    status: t.plain(
      `models.providers.status.${status === 'budget-spent' ? 'budgetSpent' : status}`,
    ),
    today: usdOf(standing?.spentToday ?? 0n),
    dayBudget: limit(standing?.budgetDay),
    month: usdOf(standing?.spentThisMonth ?? 0n),
    monthBudget: limit(standing?.budgetMonth),
  });
}

/** None where jobs at once are not limited. */
function placesLine(
  { t, deps }: BotContext,
  id: string,
  standing: ProviderStanding | undefined,
): string[] {
  const most = standing?.places ?? deps.providers.ready.get(id)?.definition.concurrencyMax;
  const taken = standing?.placesTaken ?? 0;
  return most === undefined ? [] : [t('models.providers.places', { taken, most })];
}
