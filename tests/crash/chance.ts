/** Random numbers that come in the same order for the same seed. */
export interface Chance {
  /** From 0 up to, but without, 1. */
  next(): number;
  between(least: number, most: number): number;
  /** True in `share` of the cases. */
  is(share: number): boolean;
  /** One of them; `undefined` of none. */
  pick<T>(items: readonly T[]): T | undefined;
  /** A sequence of its own, so that what one actor does leaves the others' choices alone. */
  fork(): Chance;
}

export function createChance(seed: number): Chance {
  let state = seed >>> 0;
  const next = (): number => {
    // mulberry32
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    between: (least, most) => least + next() * (most - least),
    is: (share) => next() < share,
    pick: (items) => items[Math.floor(next() * items.length)],
    fork: () => createChance(Math.floor(next() * 2 ** 32)),
  };
}
