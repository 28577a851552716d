/**
 * A reward a day, larger with each day in a row up to the seventh; then the week begins anew. A day
 * missed begins it anew too. Days are UTC: Telegram does not tell where people are.
 */
import { tokens, type Tokens } from './tokens';

export const STREAK_DAYS = 7;
const dayMs = 86_400_000;

/** Days since 1970-01-01, UTC. */
export type DayNumber = number;

/** The reward of each day of the streak; a shorter table repeats its last one, an empty one is off. */
export type DailyRewards = readonly bigint[];

export interface TakenReward {
  readonly day: DayNumber;
  /** 1-7 */
  readonly streak: number;
}

export function dayNumber(at: Date): DayNumber {
  return Math.floor(at.getTime() / dayMs);
}

/** How long until the next day begins, in milliseconds. */
export function untilNextDay(at: Date): number {
  return (dayNumber(at) + 1) * dayMs - at.getTime();
}

/** The day of the streak that a reward taken today is; undefined when today's is taken. */
export function streakOn(today: DayNumber, last: TakenReward | undefined): number | undefined {
  if (last === undefined) return 1;
  // A clock that went back must not give the same days again.
  if (last.day >= today) return undefined;
  const goesOn = last.day === today - 1 && last.streak < STREAK_DAYS;
  return goesOn ? last.streak + 1 : 1;
}

/** What a day of the streak brings; undefined when rewards are off. */
export function rewardOf(rewards: DailyRewards, streak: number): Tokens | undefined {
  const amount = rewards[streak - 1] ?? rewards.at(-1);
  return amount === undefined ? undefined : tokens(amount);
}
