import type { BotContext } from '../context';
import { feature, onAdminCommand, type Feature } from '../routes';

export function statisticsFeature(): Feature {
  return feature(onAdminCommand('stats', showStatistics));
}

async function showStatistics(ctx: BotContext): Promise<void> {
  const statistics = await ctx.deps.statistics();
  const figures = JSON.stringify(statistics, bigintsAsText, 1).replace(/[{}",]/g, '');
  await ctx.say({ text: ctx.t('bot.admin.stats', { figures }) });
}

function bigintsAsText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}
