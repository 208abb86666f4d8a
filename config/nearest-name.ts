import { distance } from 'fastest-levenshtein';

/**
 * The known name that is closest to `name` by edit distance, or `undefined` when none is close enough
 * to be what was meant (more than a third of the letters differ).
 */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.floor(name.length / 3) + 1;
  for (const candidate of known) {
    const candidateDistance = distance(name, candidate);
    if (candidateDistance < bestDistance) [best, bestDistance] = [candidate, candidateDistance];
  }
  return best;
}
