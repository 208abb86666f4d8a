/** How many of something may be done now, so that no more than so many are done in a second. */
export interface RateLimit {
  allowed(): number;
  spend(count: number): void;
  /** Until at least one is allowed, in milliseconds; 0 when it is. */
  untilAllowedMs(): number;
}

/** A token bucket that holds a tenth of a second's worth, and at least one. */
export function createRateLimit(perSecond: number, now = () => performance.now()): RateLimit {
  const most = Math.max(1, perSecond / 10);
  let tokens = most;
  let filledAt = now();

  function fill(): void {
    const at = now();
    tokens = Math.min(most, tokens + ((at - filledAt) / 1000) * perSecond);
    filledAt = at;
  }

  return {
    allowed() {
      fill();
      return Math.max(0, Math.floor(tokens));
    },
    spend(count) {
      tokens -= count;
    },
    untilAllowedMs() {
      fill();
      return tokens >= 1 ? 0 : Math.ceil(((1 - tokens) / perSecond) * 1000);
    },
  };
}
