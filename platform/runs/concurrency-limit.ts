/** Calls in the callee's queue below which the limit grows, and above which it shrinks (TCP Vegas' alpha and beta). */
const queued = { min: 1, max: 2 };
/** Answers after which the base latency is measured again, with one call at a time: the callee may have become slower for good. */
const answersPerBase = 500;

/** Limits concurrent calls to as many as the callee serves without a queue. */
export type ConcurrencyLimit = ReturnType<typeof createConcurrencyLimit>;

/**
 * Follows TCP Vegas (Brakmo and Peterson, 1995): the latency above that of an idle callee shows how many calls are queued there. If
 * more calls only wait longer, the limit shrinks; if the callee is far away but idle, it grows.
 */
export function createConcurrencyLimit(max: number) {
  let limit = Math.min(2, max);
  let base = Number.POSITIVE_INFINITY;
  let answers = 0;

  return {
    /** A whole number from 1. */
    current: () => Math.max(1, Math.floor(limit)),
    /** Reports the latency of a call, in milliseconds. */
    answered(latencyMs: number): void {
      answers += 1;
      if (answers % answersPerBase === 0) [base, limit] = [latencyMs, 1];
      base = Math.min(base, latencyMs);
      const queueLength = limit * (1 - base / latencyMs);
      if (queueLength < queued.min) limit = Math.min(max, limit + 1 / limit);
      else if (queueLength > queued.max) limit = Math.max(1, limit - 1 / limit);
    },
  };
}
