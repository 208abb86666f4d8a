import { randomUUID } from 'node:crypto';
import type { Logger } from '../../observability/logger.js';
import type { ApiMiddleware } from '../context.js';

/** What a caller may name a request: goes into logs and headers as it is, so nothing that could mean something there. */
const acceptable = /^[A-Za-z0-9._-]{1,128}$/;

/** Gives each request its id, the caller's own where it is acceptable, and a logger that carries it; the response repeats it. */
export const requestId =
  (logger: Logger): ApiMiddleware =>
  (ctx, next) => {
    const given = ctx.req.headers['x-request-id'];
    const id = typeof given === 'string' && acceptable.test(given) ? given : randomUUID();
    ctx.state.requestId = id;
    ctx.state.log = logger.child({ requestId: id });
    ctx.res.setHeader('X-Request-Id', id);
    return next();
  };
