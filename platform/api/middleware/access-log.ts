import { healthPaths } from '../../settings/names.js';
import type { ApiContext, ApiMiddleware } from '../context.js';

/**
 * One line a request, written once the response has left or its connection is gone; without a status when the client was gone
 * before there was an answer. Probes are logged at `debug`, because changes of health are logged by themselves; other answers of
 * 5xx at `warn`. The query is left out: it is the caller's.
 */
export const accessLog: ApiMiddleware = (ctx, next) => {
  const started = performance.now();
  ctx.res.once('close', () => {
    const { logger, requestId, problemCode } = ctx.state;
    logger[levelOf(ctx)](
      {
        requestId,
        method: ctx.method,
        path: pathOf(ctx.originalUrl),
        ...(ctx.res.headersSent ? { status: ctx.res.statusCode } : {}),
        durationMs: Math.round((performance.now() - started) * 10) / 10,
        ...(problemCode === undefined ? {} : { code: problemCode }),
        ...(ctx.res.writableFinished ? {} : { aborted: true }),
      },
      'request',
    );
  });
  return next();
};

/** The path as it was sent; unlike `ctx.path` it needs no parsing, so it is there for malformed ones too. */
export function pathOf(target: string): string {
  const end = target.indexOf('?');
  return end === -1 ? target : target.slice(0, end);
}

function levelOf(ctx: ApiContext): 'debug' | 'info' | 'warn' {
  if (ctx.originalUrl.startsWith(healthPaths.report)) return 'debug';
  return ctx.res.headersSent && ctx.res.statusCode >= 500 ? 'warn' : 'info';
}
