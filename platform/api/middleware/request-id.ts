import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Logger } from '../../observability/logger.js';
import type { ApiMiddleware } from '../context.js';

/** Ids that are safe to copy into logs and headers. */
const acceptable = /^[A-Za-z0-9._-]{1,128}$/;

/** The id of a request: the caller's if it is acceptable, else a new one. */
export function requestIdOf({ 'x-request-id': given }: IncomingHttpHeaders): string {
  return typeof given === 'string' && acceptable.test(given) ? given : randomUUID();
}

/** Sets the id of the request, its logger, and the `X-Request-Id` of the response. */
export const requestId =
  (logger: Logger): ApiMiddleware =>
  (ctx, next) => {
    const id = requestIdOf(ctx.req.headers);
    ctx.state.requestId = id;
    ctx.state.logger = logger;
    ctx.res.setHeader('X-Request-Id', id);
    return next();
  };
