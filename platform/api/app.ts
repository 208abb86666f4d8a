import cors from '@koa/cors';
import { Router } from '@koa/router';
import Koa from 'koa';
import type { Authenticator } from '../auth/principal.js';
import type { Health } from '../observability/health.js';
import { healthRoutes } from '../observability/health-routes.js';
import type { Logger } from '../observability/logger.js';
import type { Product } from '../product.js';
import type { RunFeed } from '../runs/run-feed.js';
import type { Runs } from '../runs/runs.js';
import type { Schedules } from '../runs/schedules.js';
import type { Catalogue } from '../workflows/catalogue.js';
import { type ApiRouter, type ApiState, logOf } from './context.js';
import type { Operation } from './contract/operation.js';
import { operationsWith } from './contract/operations.js';
import { createEventStreams } from './event-streams.js';
import { accessLog } from './middleware/access-log.js';
import { address } from './middleware/address.js';
import { type IsAllowedHost, requireAllowedHost } from './middleware/allowed-hosts.js';
import { requireAllowedOrigin } from './middleware/allowed-origins.js';
import { createAuthorize, createHasKey } from './middleware/authorize.js';
import { compression } from './middleware/compression.js';
import { jsonBody } from './middleware/json-body.js';
import { methodNotAllowed } from './middleware/method-not-allowed.js';
import { createProblemHandler } from './middleware/problem-handler.js';
import { requestId } from './middleware/request-id.js';
import { createRequestLimiter, limitAddresses } from './middleware/request-limiter.js';
import { requestTarget } from './middleware/request-target.js';
import { securityHeaders } from './middleware/security-headers.js';
import { type ProblemTypes, withProductProblems } from './problem-types.js';
import type { ProductRoute, RouteParts } from './product-route.js';
import { createMount } from './route.js';
import { catalogueRoutes } from './routes/catalogue.js';
import { contractRoutes } from './routes/contract.js';
import { docsRoutes } from './routes/docs.js';
import { eventRoutes } from './routes/events.js';
import { messageRoutes } from './routes/messages.js';
import { productRoutes } from './routes/product.js';
import { runRoutes } from './routes/runs.js';
import { scheduleRoutes } from './routes/schedules.js';
import { startRoutes } from './routes/start.js';

export interface AppDeps {
  readonly product: Product;
  readonly runs: Runs;
  readonly feed: Pick<RunFeed, 'follow'>;
  readonly schedules: Schedules;
  readonly catalogue: Catalogue;
  /** The product's routes, in the order of the API reference. @default - none */
  readonly routes?: readonly ProductRoute[] | undefined;
  /** What their handlers receive, besides `runs` and `logger`. */
  readonly routeParts: Pick<RouteParts, 'settings' | 'sequelize'>;
  /** The product's problem types. @default - none */
  readonly problems?: ProblemTypes | undefined;
  readonly health: Health;
  readonly logger: Logger;
  readonly options: AppOptions;
  /** @default - requests need no credentials */
  readonly authenticator?: Authenticator | undefined;
  readonly isAllowedHost: IsAllowedHost;
  /** Aborts at shutdown; requests that wait for a run are then answered immediately. */
  readonly stopping: AbortSignal;
}

export interface AppOptions {
  /** Maximum request body, in bytes. */
  readonly bodyLimitBytes: number;
  /** Requests per 10 seconds; 0 means no limit. */
  readonly callerRateLimit: number;
  readonly addressRateLimit: number;
  /** Maximum number of open event streams. */
  readonly streamLimit: number;
  /** Number of proxies in front that append to `X-Forwarded-For`; 0 ignores the header. */
  readonly trustedProxies: number;
  /** Origins whose pages can call the API from a browser. */
  readonly corsOrigins: readonly string[];
}

/**
 * Creates the app. Does not listen.
 * @throws {Error} the product's part of the API is not valid, or conflicts with the platform's
 */
export function createApp(deps: AppDeps): Koa<ApiState> {
  const {
    product,
    runs,
    feed,
    schedules,
    catalogue,
    routes = [],
    routeParts,
    problems = {},
    health,
    logger,
    options,
    authenticator,
    isAllowedHost,
    stopping,
  } = deps;
  const operations = operationsWith(routes);
  const app = new Koa<ApiState>({ proxy: options.trustedProxies > 0, maxIpsCount: options.trustedProxies });

  app.use(requestId(logger)).use(accessLog).use(securityHeaders).use(address);
  if (options.corsOrigins.length > 0) app.use(allowOrigins(options.corsOrigins, operations));
  app
    .use(compression)
    .use(createProblemHandler(product, withProductProblems(problems)))
    .use(requireAllowedHost(isAllowedHost));
  if (!authenticator) app.use(requireAllowedOrigin(options.corsOrigins));
  app.use(limitAddresses(createRequestLimiter('address', options.addressRateLimit))).use(requestTarget);

  const router: ApiRouter = new Router({ sensitive: true, strict: true });
  const limit = createRequestLimiter('caller', options.callerRateLimit);
  const authorize = createAuthorize({ authenticator, product, limit });
  const mounted = new Set<Operation>();
  const onMount = (operation: Operation) => mounted.add(operation);
  const mount = createMount(router, { readBody: jsonBody(options.bodyLimitBytes), authorize, onMount });
  startRoutes(mount, runs, stopping);
  runRoutes(mount, runs);
  eventRoutes(mount, { runs, feed, streams: createEventStreams({ limit: options.streamLimit, stopping }) });
  scheduleRoutes(mount, schedules);
  messageRoutes(mount, runs);
  catalogueRoutes(mount, catalogue, product);
  productRoutes(mount, routes, { ...routeParts, runs, logger });
  contractRoutes(mount, { product, catalogue, routes, problems });
  assertServed(mounted, operations);
  docsRoutes(router, product);
  healthRoutes(router, health, authenticator && createHasKey({ authenticator, product, limit }));
  app.use(router.routes()).use(methodNotAllowed);

  app.on('error', (error: NodeJS.ErrnoException, ctx?: { state: ApiState }) => {
    // Koa also reports disconnects of clients here; the access log already marks them as aborted.
    const level = error.code === 'ECONNRESET' || error.code === 'EPIPE' ? 'debug' : 'error';
    (ctx?.state.requestId ? logOf(ctx.state) : logger)[level]({ err: error }, 'Failed to send a response');
  });
  return app;
}

/** @throws {Error} the contract and the mounted routes differ */
function assertServed(mounted: ReadonlySet<Operation>, operations: readonly Operation[]): void {
  const described = operations.filter(({ tag }) => tag !== 'health');
  const different = [
    ...described.filter((one) => !mounted.has(one)),
    ...[...mounted].filter((one) => !described.includes(one)),
  ];
  if (different.length > 0)
    throw new Error(
      `Either not mounted or missing in platform/api/contract/operations.ts: ${different.map(({ path }) => path).join(', ')}`,
    );
}

/** CORS without credentials, because keys and tokens are sent in a header. */
const allowOrigins = (origins: readonly string[], operations: readonly Operation[]) =>
  cors({
    origin: (ctx) => (origins.includes(ctx.get('Origin')) ? ctx.get('Origin') : ''),
    allowMethods: [...new Set(['GET', 'HEAD', ...operations.map(({ method }) => method.toUpperCase())])],
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
