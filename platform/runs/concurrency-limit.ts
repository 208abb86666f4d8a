/** How many calls may be under way at a time, as the callee's own answers tell. */
export interface ConcurrencyLimit {
  /** At the moment; a whole number from 1. */
  current(): number;
  /** Takes notice of an answer that took so long, in milliseconds. */
  answered(latencyMs: number): void;
}

/** Calls that may be waiting at the callee before there are fewer, and below which there are more (TCP Vegas' alpha and beta). */
const queued = { least: 1, most: 2 };
/** The shortest latency counts as that of a callee at leisure for so many answers; then it is looked for anew, beginning with one call. */
const answersPerBase = 500;

/**
 * As in TCP Vegas (Brakmo and Peterson, 1995): how much longer an answer takes than it takes at leisure tells how many calls are
 * queueing there. Where more calls only wait longer, there are fewer; where the callee is far away but idle, there are more.
 */
export function createConcurrencyLimit(most: number): ConcurrencyLimit {
  let limit = Math.min(2, most);
  let base = Number.POSITIVE_INFINITY;
  let answers = 0;

  return {
    current: () => Math.max(1, Math.floor(limit)),
    answered(latencyMs) {
      answers += 1;
      if (answers % answersPerBase === 0) [base, limit] = [latencyMs, 1];
      base = Math.min(base, latencyMs);
      const waiting = limit * (1 - base / latencyMs);
      if (waiting < queued.least) limit = Math.min(most, limit + 1 / limit);
      else if (waiting > queued.most) limit = Math.max(1, limit - 1 / limit);
    },
  };
}
