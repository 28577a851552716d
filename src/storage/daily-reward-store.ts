import { dayNumber, rewardOf, streakOn, type DailyRewards } from '../domain/daily-reward';
import { ledgerKeys } from '../domain/ledger';
import { tokens, type Tokens } from '../domain/tokens';
import type { Database } from './database';
import { createLedgerStore } from './ledger-store';

export interface DailyClaim {
  /** False when today's reward was taken before. */
  readonly isNew: boolean;
  /** 1-7: the day of the streak that today is. */
  readonly streak: number;
  readonly tokens: Tokens;
  /** What the person can spend now. */
  readonly balance: Tokens;
}

export type DailyRewardStore = ReturnType<typeof createDailyRewardStore>;

export function createDailyRewardStore(db: Database) {
  return {
    /**
     * Gives today's reward once; undefined when there are no rewards. The person's lock makes taps
     * come one after the other, so that each sees what the one before it did.
     */
    async claim(wish: {
      readonly personId: string;
      readonly now: Date;
      readonly rewards: DailyRewards;
    }): Promise<DailyClaim | undefined> {
      const { personId, now, rewards } = wish;
      return db.$transaction(async (tx) => {
        const ledger = createLedgerStore(tx);
        const { available } = await ledger.lock(personId);
        const last = await tx.dailyReward.findFirst({
          where: { personId },
          orderBy: { day: 'desc' },
        });
        const day = dayNumber(now);
        const streak = streakOn(day, last ?? undefined);
        if (streak === undefined) {
          const taken = { streak: last?.streak ?? 1, tokens: tokens(last?.tokens ?? 0n) };
          return { isNew: false, ...taken, balance: available };
        }
        const amount = rewardOf(rewards, streak);
        if (amount === undefined) return undefined;
        await tx.dailyReward.create({ data: { personId, day, streak, tokens: amount } });
        const { balance } = await ledger.credit({
          personId,
          amount,
          operation: 'bonus',
          key: ledgerKeys.daily(personId, day),
          reference: `daily:${streak}`,
        });
        return { isNew: true, streak, tokens: amount, balance: balance.available };
      });
    },
  };
}
