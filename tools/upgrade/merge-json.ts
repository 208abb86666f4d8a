type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/**
 * Merges two versions of a JSON object key by key, where a merge by lines fails on neighbouring lines.
 * @returns the result, and the keys that both changed differently: there, `ours` is in the result
 */
export function mergeJson(base: Json, ours: Json, theirs: Json): { merged: Json; kept: readonly string[] } {
  const merged: Record<string, unknown> = {};
  const kept: string[] = [];
  for (const key of new Set([...Object.keys(theirs), ...Object.keys(ours)])) {
    const [old, own, next] = [base[key], ours[key], theirs[key]];
    let value = same(own, old) ? next : own;
    if (isObject(own) && isObject(next)) {
      const within = mergeJson(isObject(old) ? old : {}, own, next);
      value = within.merged;
      kept.push(...within.kept.map((name) => `${key}.${name}`));
    } else if (!same(own, old) && !same(next, old) && !same(own, next)) kept.push(key);
    if (value !== undefined) merged[key] = value;
  }
  return { merged: isSorted(Object.keys(theirs)) ? sorted(merged) : merged, kept };
}

const isSorted = (keys: readonly string[]): boolean => same(keys, keys.toSorted());
const sorted = (json: Json): Json => Object.fromEntries(Object.entries(json).toSorted(([a], [b]) => (a < b ? -1 : 1)));
