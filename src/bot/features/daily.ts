/** /daily: a reward a day, more with each day in a row. */
import { STREAK_DAYS, rewardOf, untilNextDay } from '../../domain/daily-reward';
import type { DailyClaim } from '../../storage/daily-reward-store';
import { menuKeyboard } from '../../telegram/keyboards';
import type { BotContext } from '../context';
import { feature, onAction, onCommand, type Feature } from '../routes';

export function dailyFeature(): Feature {
  return feature(onCommand('daily', claim), onAction('daily', claim));
}

async function claim(ctx: BotContext): Promise<void> {
  const { t, person, deps } = ctx;
  const now = deps.now();
  const rewards = deps.settings.dailyRewards;
  const claimed = await deps.dailyRewards.claim({ personId: person.id, now, rewards });
  await ctx.answer();
  const text = claimed === undefined ? t('bonus.daily.off') : claimedText(ctx, claimed, now);
  await ctx.show({ text, keyboard: menuKeyboard(t) });
}

function claimedText(ctx: BotContext, claimed: DailyClaim, now: Date): string {
  const { t, deps } = ctx;
  const inTokens = (count: bigint) => t.plain('unit.tokens', { count });
  const next = rewardOf(deps.settings.dailyRewards, (claimed.streak % STREAK_DAYS) + 1);
  return [
    claimed.isNew
      ? t('bonus.daily.given', { tokens: inTokens(claimed.tokens) })
      : t('bonus.daily.taken', { hours: Math.ceil(untilNextDay(now) / 3_600_000) }),
    t('bonus.daily.streak', { bar: barOf(claimed.streak), day: claimed.streak, of: STREAK_DAYS }),
    ...(next === undefined ? [] : [t('bonus.daily.next', { tokens: inTokens(next) })]),
    t('bot.menu.balance', { balance: inTokens(claimed.balance) }),
  ].join('\n');
}

function barOf(streak: number): string {
  return '🔥'.repeat(streak) + '▫️'.repeat(STREAK_DAYS - streak);
}
