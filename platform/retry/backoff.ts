/** Pauses between attempts, in milliseconds. */
export interface Backoff {
  readonly firstMs: number;
  readonly longestMs: number;
}

/**
 * The pause after an attempt, in milliseconds: it doubles from the first to the longest, less up to half of it by chance, so that
 * processes that were started together do not ask together ever after.
 * @param attempt - counts from 0
 */
export const backoffMs = ({ firstMs, longestMs }: Backoff, attempt: number): number =>
  Math.min(longestMs, firstMs * 2 ** attempt) * (0.5 + Math.random() / 2);
