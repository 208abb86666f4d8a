/** Median, minimum and maximum. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** @throws {RangeError} there are no values */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const median = (percentileOf(sorted, 0.5) + percentileOf(sorted.toReversed(), 0.5)) / 2;
  return { median, min: Math.min(...values), max: Math.max(...values) };
}

/**
 * The nearest-rank percentile: a measured value, not an interpolated one.
 * @param sorted - ascending
 * @param share - above 0, at most 1
 * @throws {RangeError} there are no values
 */
export function percentileOf(sorted: ArrayLike<number>, share: number): number {
  const value = sorted[Math.ceil(sorted.length * share) - 1];
  if (value === undefined) throw new RangeError('No values');
  return value;
}
