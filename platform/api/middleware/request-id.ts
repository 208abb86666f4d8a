import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Logger } from '../../observability/logger.js';
import type { ApiMiddleware } from '../context.js';

/** What a caller may name a request: goes into logs and headers as it is, so nothing that could mean something there. */
const acceptable = /^[A-Za-z0-9._-]{1,128}$/;

/** The id of a request: the caller's own where it is acceptable. */
export function requestIdOf({ 'x-request-id': given }: IncomingHttpHeaders): string {
  return typeof given === 'string' && acceptable.test(given) ? given : randomUUID();
}

/** Gives each request its id, and a logger that carries it to whoever needs one; the response repeats the id. */
export const requestId =
  (logger: Logger): ApiMiddleware =>
  (ctx, next) => {
    const id = requestIdOf(ctx.req.headers);
    ctx.state.requestId = id;
    ctx.state.logger = logger;
    ctx.res.setHeader('X-Request-Id', id);
    return next();
  };
