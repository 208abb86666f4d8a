import { Router } from '@koa/router';
import Koa from 'koa';
import type { Health } from '../observability/health.js';
import { healthRoutes } from '../observability/health-routes.js';
import type { Logger } from '../observability/logger.js';
import type { Runs } from '../runs/runs.js';
import type { WorkflowDefinition } from '../workflows/define.js';
import { type ApiRouter, type ApiState, logOf } from './context.js';
import { accessLog } from './middleware/access-log.js';
import { jsonBody } from './middleware/json-body.js';
import { methodNotAllowed } from './middleware/method-not-allowed.js';
import { problemHandler } from './middleware/problem-handler.js';
import { requestId } from './middleware/request-id.js';
import { requestTarget } from './middleware/request-target.js';
import { securityHeaders } from './middleware/security-headers.js';
import { catalogueRoutes } from './routes/catalogue.js';
import { messageRoutes } from './routes/messages.js';
import { runRoutes } from './routes/runs.js';
import { startRoutes } from './routes/start.js';

export interface AppDeps {
  readonly runs: Runs;
  readonly catalogue: ReadonlyMap<string, WorkflowDefinition>;
  readonly health: Health;
  readonly logger: Logger;
  /** Largest request body, in bytes. */
  readonly bodyLimitBytes: number;
  /** Aborts when the process shuts down: callers that wait for a run are then answered at once. */
  readonly stopping: AbortSignal;
}

/** Builds the app from what it uses. Does not listen. */
export function createApp({ runs, catalogue, health, logger, bodyLimitBytes, stopping }: AppDeps): Koa<ApiState> {
  const app = new Koa<ApiState>();
  const readBody = jsonBody(bodyLimitBytes);

  app.use(requestId(logger)).use(accessLog).use(securityHeaders).use(problemHandler).use(requestTarget);
  const router: ApiRouter = new Router({ sensitive: true, strict: true });
  startRoutes(router, runs, readBody, stopping);
  runRoutes(router, runs, readBody);
  messageRoutes(router, runs, readBody);
  catalogueRoutes(router, catalogue);
  healthRoutes(router, health);
  app.use(router.routes()).use(methodNotAllowed);

  app.on('error', (error: NodeJS.ErrnoException, ctx?: { state: ApiState }) => {
    // Koa tells of connections that clients broke off here too; the access log has those as aborted.
    const level = error.code === 'ECONNRESET' || error.code === 'EPIPE' ? 'debug' : 'error';
    (ctx?.state.requestId ? logOf(ctx.state) : logger)[level]({ err: error }, 'a response could not be sent');
  });
  return app;
}
