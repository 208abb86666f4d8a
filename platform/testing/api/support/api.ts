import { type AppDeps, type AppOptions, createApp } from '../../../api/app.js';
import { type ApiServer, createApiServer, type ServerProps } from '../../../api/server.js';
import { createHealth, type HealthProps } from '../../../observability/health.js';
import type { Runs } from '../../../runs/runs.js';
import type { Schedules } from '../../../runs/schedules.js';
import { fixtureCatalogue } from '../../fixtures/catalogue.js';
import { fixtureProblems, fixtureRoutes } from '../../fixtures/routes.js';
import { createContract, withinContract } from '../../support/contract.js';
import { testProduct } from '../../test-product.js';
import { createInMemoryRuns } from './in-memory-runs.js';
import { createInMemorySchedules } from './in-memory-schedules.js';
import { createLogLines, type LogLines } from './log-lines.js';

export interface TestApi extends LogLines {
  readonly port: number;
  readonly server: ApiServer;
  /** Sends an HTTP request; `path` starts with a slash. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  post(path: string, body?: unknown, init?: RequestInit): Promise<Response>;
  close(): Promise<void>;
}

export type TestApiProps = Partial<Omit<ServerProps, 'product' | 'handler' | 'logger'>> & {
  readonly runs?: Runs;
  readonly schedules?: Schedules;
  readonly health?: Partial<HealthProps>;
  readonly options?: Partial<AppOptions>;
} & Partial<
    Pick<
      AppDeps,
      'catalogue' | 'routes' | 'routeParts' | 'problems' | 'feed' | 'authenticator' | 'isAllowedHost' | 'stopping'
    >
  >;

/** No rate limits, no trusted proxies. */
const defaults: AppOptions = {
  bodyLimitBytes: 1_048_576,
  callerRateLimit: 0,
  addressRateLimit: 0,
  streamLimit: 100,
  trustedProxies: 0,
  corsOrigins: [],
};

/** Starts the app on a free port, by default with in-memory runs, and the workflows and routes of the fixtures. */
export async function startTestApi({
  runs = createInMemoryRuns(),
  schedules = createInMemorySchedules(runs),
  catalogue = fixtureCatalogue,
  routes,
  routeParts = {} as AppDeps['routeParts'],
  problems,
  feed = { follow: () => () => {} },
  authenticator,
  isAllowedHost = () => true,
  stopping = new AbortController().signal,
  health,
  options: given,
  ...times
}: TestApiProps = {}): Promise<TestApi> {
  const log = createLogLines();
  const { logger } = log;
  const bodyLimitBytes = times.bodyLimitBytes ?? defaults.bodyLimitBytes;
  const app = createApp({
    product: testProduct,
    runs,
    feed,
    schedules,
    catalogue,
    routes: routes ?? fixtureRoutes,
    routeParts,
    problems: problems ?? fixtureProblems,
    authenticator,
    isAllowedHost,
    options: { ...defaults, bodyLimitBytes, ...given },
    logger,
    stopping,
    health: createHealth({
      service: 'api',
      version: '1.2.3',
      checks: [],
      isShuttingDown: () => false,
      logger,
      ...health,
    }),
  });
  const server = createApiServer({
    product: testProduct,
    handler: app.callback(),
    logger,
    headersTimeoutMs: 10_000,
    requestTimeoutMs: 30_000,
    ...times,
    bodyLimitBytes,
  });
  const port = await server.listen({ host: '127.0.0.1', port: 0, settings: { host: 'API_HOST', port: 'API_PORT' } });
  const contract = routes && createContract({ product: testProduct, catalogue, routes, problems });
  const ask = withinContract((path, init) => fetch(`http://127.0.0.1:${port}${path}`, init), contract);
  return {
    ...log,
    port,
    server,
    fetch: ask,
    post: (path, body, init) =>
      ask(path, {
        method: 'POST',
        ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }),
        ...init,
      }),
    async close() {
      await server.close({ delayMs: 0, graceMs: 1000 });
    },
  };
}
