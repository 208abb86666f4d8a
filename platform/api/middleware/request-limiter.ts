import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { ApiContext, ApiMiddleware } from '../context.js';
import { HttpProblem } from '../http-problem.js';

export interface RequestLimiter {
  /** Counts a request of this subject. @throws {HttpProblem} `rate-limited` */
  count(ctx: ApiContext, subject: string): Promise<void>;
}

/** Short, so that whoever went too far need not wait long, and long enough for a burst. */
const windowSeconds = 10;

/**
 * Requests in ten seconds, counted in this process alone: so many replicas, so many times the limit.
 * Answers say what is left, as draft-ietf-httpapi-ratelimit-headers has it.
 * @param policy - what is counted: `address` or `caller`
 * @param most - `0` for no limit
 */
export function createRequestLimiter(policy: 'address' | 'caller', most: number): RequestLimiter {
  if (most === 0) return { count: async () => {} };
  const limiter = new RateLimiterMemory({ points: most, duration: windowSeconds });
  return {
    async count(ctx, subject) {
      const { counted, isOver } = await limiter.consume(subject).then(
        (counted) => ({ counted, isOver: false }),
        (error: unknown) => {
          if (error instanceof RateLimiterRes) return { counted: error, isOver: true };
          throw error;
        },
      );
      const seconds = Math.max(1, Math.ceil(counted.msBeforeNext / 1000));
      // Both policies may stand there: they are lists.
      ctx.append('RateLimit-Policy', `"${policy}";q=${most};w=${windowSeconds}`);
      ctx.append('RateLimit', `"${policy}";r=${Math.max(0, counted.remainingPoints)};t=${seconds}`);
      if (!isOver) return;
      throw new HttpProblem('rate-limited', `More than ${most} requests in ${windowSeconds} s by one ${policy}`, {
        headers: { 'Retry-After': String(seconds) },
      });
    },
  };
}

/** Counts each request by the address that it comes from. */
export const limitAddresses =
  (limit: RequestLimiter): ApiMiddleware =>
  async (ctx, next) => {
    await limit.count(ctx, ctx.state.address);
    return next();
  };
