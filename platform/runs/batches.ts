/** Maps `size` items at a time, in order, to bound the number of concurrent calls. */
export async function mapInBatches<T, R>(
  items: readonly T[],
  size: number,
  map: (item: T) => Promise<R>,
): Promise<R[]> {
  const mapped: R[] = [];
  for (let start = 0; start < items.length; start += size) {
    mapped.push(...(await Promise.all(items.slice(start, start + size).map(map))));
  }
  return mapped;
}
