import { distance } from 'fastest-levenshtein';

/**
 * The known name that is closest to `name` by edit distance, or `undefined` when none is close enough to be what was meant.
 * @param most - most letters that may differ. @default - a third of them
 */
export function nearestName(
  name: string,
  known: readonly string[],
  most = Math.floor(name.length / 3),
): string | undefined {
  let best: string | undefined;
  let bestDistance = most + 1;
  for (const candidate of known) {
    const candidateDistance = distance(name, candidate);
    if (candidateDistance < bestDistance) [best, bestDistance] = [candidate, candidateDistance];
  }
  return best;
}
