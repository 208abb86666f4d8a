import { healthPaths } from '../../settings/names.js';
import type { ApiContext, ApiMiddleware } from '../context.js';

/**
 * Logs one line per request when the response is sent or the connection closes. The line has no status if the client disconnected before
 * the answer. Health requests are logged at `debug`, because changes of health have their own log lines; other 5xx answers at `warn`. Leaves
 * out the query, which can contain private data.
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
        ...runOf(ctx),
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

/** The path as sent. Unlike `ctx.path`, it also works for malformed targets. */
export function pathOf(target: string): string {
  const end = target.indexOf('?');
  return end === -1 ? target : target.slice(0, end);
}

/** The run that the path names, or that the request started: `npm run logs -- --run ID` finds its requests. */
function runOf(ctx: ApiContext): { runId?: string } {
  const [, runId] =
    /\/v1\/runs\/([0-9a-f-]{36})/.exec(`${pathOf(ctx.originalUrl)} ${ctx.response.get('Location')}`) ?? [];
  return runId === undefined ? {} : { runId };
}

function levelOf(ctx: ApiContext): 'debug' | 'info' | 'warn' {
  if (ctx.originalUrl.startsWith(healthPaths.report)) return 'debug';
  return ctx.res.headersSent && ctx.res.statusCode >= 500 ? 'warn' : 'info';
}
