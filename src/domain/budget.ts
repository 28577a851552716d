/** How much of the owner's money a provider may cost, in micro-dollars (10^-6 USD). */

export const budgetMarks = [50, 80, 100] as const;
export type BudgetMark = (typeof budgetMarks)[number];

export interface Spending {
  readonly micros: bigint;
  /** Null: no budget. */
  readonly budgetMicros: bigint | null;
}

/** The highest mark that is reached. */
export function markReached({ micros, budgetMicros }: Spending): BudgetMark | undefined {
  if (budgetMicros === null) return undefined;
  return budgetMarks.findLast((mark) => micros * 100n >= budgetMicros * BigInt(mark));
}

const usdPattern = /^(0|[1-9]\d{0,8})(?:\.(\d{1,6}))?$/;

/** "12.50" of 12500000; always at least two decimals. */
export function usdOf(micros: bigint): string {
  const digits = micros.toString().padStart(7, '0');
  const fraction = digits.slice(-6).replace(/0{1,4}$/, '');
  return `${digits.slice(0, -6)}.${fraction}`;
}

/** Micro-dollars of "12.5"; undefined for anything else than a plain decimal. */
export function microsOf(usd: string): bigint | undefined {
  const parts = usdPattern.exec(usd);
  if (parts === null) return undefined;
  return BigInt(`${parts[1]}${(parts[2] ?? '').padEnd(6, '0')}`);
}
