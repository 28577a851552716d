/** Rates as JSON columns keep them: whole numbers as decimal text, because JSON has none that large. */
import type { Rate } from '../domain/catalogue';

type Percents = NonNullable<Rate['percent']>;

interface RateColumns {
  readonly base?: string;
  readonly perSecond?: string;
  readonly percent?: Percents;
}

export function columnsOfRate(rate: Partial<Rate>) {
  return {
    ...(rate.base === undefined ? {} : { base: rate.base.toString() }),
    ...(rate.perSecond === undefined ? {} : { perSecond: rate.perSecond.toString() }),
    ...(rate.percent === undefined ? {} : { percent: { ...rate.percent } }),
  };
}

/** `base` wins over the column's own; prices keep theirs in a column of its own. */
export function rateOfColumns(column: unknown, base?: bigint): Rate {
  const { base: stored, perSecond, percent } = column as RateColumns;
  return {
    base: base ?? BigInt(stored ?? '0'),
    ...(perSecond === undefined ? {} : { perSecond: BigInt(perSecond) }),
    ...(percent === undefined ? {} : { percent }),
  };
}
