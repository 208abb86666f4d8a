/** A bucket that holds tokens for a tenth of a second, and at least one. */
export function createTokenBucket(perSecond: number, now = () => performance.now()) {
  const capacity = Math.max(1, perSecond / 10);
  let tokens = capacity;
  let filledAt = now();

  function fill(): void {
    const at = now();
    tokens = Math.min(capacity, tokens + ((at - filledAt) / 1000) * perSecond);
    filledAt = at;
  }

  return {
    /** Tokens that may be spent now. */
    available(): number {
      fill();
      return Math.max(0, Math.floor(tokens));
    },
    spend(count: number): void {
      tokens -= count;
    },
    /** Milliseconds until a token is available; 0 if one is. */
    untilAvailableMs(): number {
      fill();
      return tokens >= 1 ? 0 : Math.ceil(((1 - tokens) / perSecond) * 1000);
    },
  };
}
