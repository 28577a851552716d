import { generationStatuses } from '../../domain/generation';
import type { Statistics } from '../../storage/statistics';
import { methodName } from '../../telegram/method-name';
import { moneyText } from '../../telegram/money-text';
import type { Translate } from '../../texts/texts';
import type { BotContext } from '../context';
import { feature, onAdminCommand, type Feature } from '../routes';

export function statisticsFeature(): Feature {
  return feature(onAdminCommand('stats', showStatistics));
}

async function showStatistics(ctx: BotContext): Promise<void> {
  const statistics = await ctx.deps.statistics();
  await ctx.say({ text: linesOf(ctx.t, statistics).join('\n') });
}

function linesOf(t: Translate, statistics: Statistics): string[] {
  const { people, generationsByStatus, tokens, revenueBySystem, charges } = statistics;
  return [
    t('bot.statistics.title'),
    t('bot.statistics.people', { all: people.all, fresh: people.new24h }),
    '',
    t('bot.statistics.generations'),
    ...generationStatuses.map((status) =>
      t('bot.statistics.line', {
        what: t.plain(`bot.status.${status}`),
        amount: generationsByStatus[status],
      }),
    ),
    '',
    t('bot.statistics.tokens', tokens),
    '',
    t('bot.statistics.revenue'),
    ...revenueBySystem.map(({ system, currency, amountMinor, refundedMinor }) =>
      t('bot.statistics.revenueLine', {
        system: methodName(t, system),
        amount: moneyText(t, { amountMinor, currency }),
        refunded: moneyText(t, { amountMinor: refundedMinor, currency }),
      }),
    ),
    t('bot.statistics.uncredited', { amount: charges.uncredited }),
  ];
}
