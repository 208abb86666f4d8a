/** Pauses between attempts, in milliseconds. */
export interface Backoff {
  readonly firstMs: number;
  readonly longestMs: number;
}

/**
 * The pause after an attempt, in milliseconds. It doubles from the first to the longest. Random jitter of up to half of it spreads the
 * retries of processes that started together.
 * @param attempt - counts from 0
 */
export const backoffMs = ({ firstMs, longestMs }: Backoff, attempt: number): number =>
  Math.min(longestMs, firstMs * 2 ** attempt) * (0.5 + Math.random() / 2);
