import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { ApiContext, ApiMiddleware } from '../context.js';
import { HttpProblem } from '../http-problem.js';
import { networkOf } from '../network-of.js';

export interface RequestLimiter {
  /** Counts a request of this address or caller. @throws {HttpProblem} `rate-limited` */
  count(ctx: ApiContext, subject: string): Promise<void>;
}

/** Long enough for a burst, short enough that a limited client does not wait long. */
const windowSeconds = 10;

/**
 * Limits the requests per 10 seconds in this process; each replica has its own count. Answers carry the headers of
 * draft-ietf-httpapi-ratelimit-headers.
 * @param policy - name of the limit in these headers
 * @param quota - requests per window; 0 means no limit
 */
export function createRequestLimiter(policy: 'address' | 'caller', quota: number): RequestLimiter {
  if (quota === 0) return { count: async () => {} };
  const limiter = new RateLimiterMemory({ points: quota, duration: windowSeconds });
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
      // Append, because a request can count against both policies.
      ctx.append('RateLimit-Policy', `"${policy}";q=${quota};w=${windowSeconds}`);
      ctx.append('RateLimit', `"${policy}";r=${Math.max(0, counted.remainingPoints)};t=${seconds}`);
      if (!isOver) return;
      throw new HttpProblem(
        'rate-limited',
        `More than ${quota} requests within ${windowSeconds} s from one ${policy}`,
        {
          headers: { 'Retry-After': String(seconds) },
        },
      );
    },
  };
}

/** Limits requests by client address, IPv6 by network. */
export const limitAddresses =
  (limit: RequestLimiter): ApiMiddleware =>
  async (ctx, next) => {
    await limit.count(ctx, networkOf(ctx.state.address));
    return next();
  };
