import cors from '@koa/cors';
import { Router } from '@koa/router';
import Koa from 'koa';
import type { Authenticator } from '../auth/authenticator.js';
import type { Health } from '../observability/health.js';
import { healthRoutes } from '../observability/health-routes.js';
import type { Logger } from '../observability/logger.js';
import type { RunFeed } from '../runs/run-feed.js';
import type { Runs } from '../runs/runs.js';
import { type ApiRouter, type ApiState, logOf } from './context.js';
import type { Catalogue, Operation } from './contract/operation.js';
import { operations } from './contract/operations.js';
import { createEventStreams } from './event-streams.js';
import { accessLog } from './middleware/access-log.js';
import { address } from './middleware/address.js';
import { type IsAllowedHost, requireAllowedHost } from './middleware/allowed-hosts.js';
import { requireAllowedOrigin } from './middleware/allowed-origins.js';
import { createAuthorize, createHasKey } from './middleware/authorize.js';
import { compression } from './middleware/compression.js';
import { jsonBody } from './middleware/json-body.js';
import { methodNotAllowed } from './middleware/method-not-allowed.js';
import { problemHandler } from './middleware/problem-handler.js';
import { requestId } from './middleware/request-id.js';
import { createRequestLimiter, limitAddresses } from './middleware/request-limiter.js';
import { requestTarget } from './middleware/request-target.js';
import { securityHeaders } from './middleware/security-headers.js';
import { createMount } from './route.js';
import { catalogueRoutes } from './routes/catalogue.js';
import { contractRoutes } from './routes/contract.js';
import { docsRoutes } from './routes/docs.js';
import { eventRoutes } from './routes/events.js';
import { messageRoutes } from './routes/messages.js';
import { runRoutes } from './routes/runs.js';
import { startRoutes } from './routes/start.js';

export interface AppDeps {
  readonly runs: Runs;
  readonly feed: Pick<RunFeed, 'follow'>;
  readonly catalogue: Catalogue;
  readonly health: Health;
  readonly logger: Logger;
  readonly options: AppOptions;
  /** @default - nobody needs a key */
  readonly authenticator?: Authenticator | undefined;
  readonly isAllowedHost: IsAllowedHost;
  /** Aborts when the process shuts down: callers that wait for a run are then answered at once. */
  readonly stopping: AbortSignal;
}

export interface AppOptions {
  /** Largest request body, in bytes. */
  readonly bodyLimitBytes: number;
  /** Requests in ten seconds; 0 for no limit. */
  readonly callerRateLimit: number;
  readonly addressRateLimit: number;
  /** Most event streams that are open at a time. */
  readonly streamLimit: number;
  /** How many proxies in front of this write `X-Forwarded-For`; 0 when it is not to be believed. */
  readonly trustedProxies: number;
  /** Origins whose pages may call from a browser. */
  readonly corsOrigins: readonly string[];
}

/** Builds the app from what it uses. Does not listen. */
export function createApp(deps: AppDeps): Koa<ApiState> {
  const { runs, feed, catalogue, health, logger, options, authenticator, isAllowedHost, stopping } = deps;
  const app = new Koa<ApiState>({ proxy: options.trustedProxies > 0, maxIpsCount: options.trustedProxies });

  app.use(requestId(logger)).use(accessLog).use(securityHeaders).use(address);
  if (options.corsOrigins.length > 0) app.use(allowOrigins(options.corsOrigins));
  app.use(compression).use(problemHandler).use(requireAllowedHost(isAllowedHost));
  if (!authenticator) app.use(requireAllowedOrigin(options.corsOrigins));
  app.use(limitAddresses(createRequestLimiter('address', options.addressRateLimit))).use(requestTarget);

  const router: ApiRouter = new Router({ sensitive: true, strict: true });
  const limit = createRequestLimiter('caller', options.callerRateLimit);
  const authorize = createAuthorize({ authenticator, limit });
  const mounted = new Set<Operation>();
  const onMount = (operation: Operation) => mounted.add(operation);
  const mount = createMount(router, { readBody: jsonBody(options.bodyLimitBytes), authorize, onMount });
  startRoutes(mount, runs, stopping);
  runRoutes(mount, runs);
  eventRoutes(mount, { runs, feed, streams: createEventStreams({ limit: options.streamLimit, stopping }) });
  messageRoutes(mount, runs);
  catalogueRoutes(mount, catalogue);
  contractRoutes(mount, catalogue);
  assertServed(mounted);
  docsRoutes(router);
  healthRoutes(router, health, authenticator && createHasKey({ authenticator, limit }));
  app.use(router.routes()).use(methodNotAllowed);

  app.on('error', (error: NodeJS.ErrnoException, ctx?: { state: ApiState }) => {
    // Koa tells of connections that clients broke off here too; the access log has those as aborted.
    const level = error.code === 'ECONNRESET' || error.code === 'EPIPE' ? 'debug' : 'error';
    (ctx?.state.requestId ? logOf(ctx.state) : logger)[level]({ err: error }, 'a response could not be sent');
  });
  return app;
}

/** @throws {Error} the contract has an operation that nobody serves, or lacks one that is served */
function assertServed(mounted: ReadonlySet<Operation>): void {
  const promised = operations.filter(({ tag }) => tag !== 'health');
  const wrong = [
    ...promised.filter((one) => !mounted.has(one)),
    ...[...mounted].filter((one) => !promised.includes(one)),
  ];
  if (wrong.length > 0)
    throw new Error(
      `Served, or in platform/api/contract/operations.ts, but not both: ${wrong.map(({ path }) => path).join(', ')}`,
    );
}

/** What a page of these origins may send and read. Keys go in a header, so no cookies are let through. */
const allowOrigins = (origins: readonly string[]) =>
  cors({
    origin: (ctx) => (origins.includes(ctx.get('Origin')) ? ctx.get('Origin') : ''),
    allowMethods: ['GET', 'HEAD', 'POST'],
    allowHeaders: [
      'Authorization',
      'Content-Type',
      'Idempotency-Key',
      'If-None-Match',
      'Last-Event-ID',
      'X-Request-Id',
    ],
    exposeHeaders: ['ETag', 'Location', 'RateLimit', 'RateLimit-Policy', 'Retry-After', 'X-Request-Id'],
    maxAge: 600,
  });
