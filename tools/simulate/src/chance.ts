/** A sequence of chances that follows from its seed alone. */
export interface Chance {
  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number;
  /** True this often, in per cent. */
  percent(often: number): boolean;
  /** One of these. */
  pick<const T>(from: readonly [T, ...T[]]): T;
}

/** Source: mulberry32, by Tommy Ettinger, in the public domain: well spread even for neighbouring seeds. */
export const createChance = (seed: number): Chance => {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1));
  return {
    between,
    percent: (often) => next() * 100 < often,
    pick: (from) => from[between(0, from.length - 1)] ?? from[0],
  };
};
