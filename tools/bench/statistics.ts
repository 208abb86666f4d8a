/** Median, minimum and maximum. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** @throws {RangeError} there are no values */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const [min, max] = [sorted.at(0), sorted.at(-1)];
  const [lower, upper] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[Math.floor(sorted.length / 2)]];
  if (min === undefined || max === undefined || lower === undefined || upper === undefined)
    throw new RangeError('No values');
  return { median: (lower + upper) / 2, min, max };
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
