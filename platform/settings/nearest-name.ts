import { distance } from 'fastest-levenshtein';

/**
 * Returns the known name with the smallest edit distance to `name`, or `undefined` if all are too far away.
 * @param most - maximum edit distance. @default - a third of the letters of `name`
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
