import { randomUUID } from 'node:crypto';
import type { Sequelize } from 'sequelize';
import { createApiKeysRepository } from '../database/api-keys-repository.js';
import { createAuditRepository } from '../database/audit-repository.js';
import { createBacklog } from '../database/backlog.js';
import { createChangedRuns } from '../database/changed-runs.js';
import { connectWithRetry } from '../database/connect-with-retry.js';
import { createDatabase } from '../database/connection.js';
import { createHealthRepository } from '../database/health-repository.js';
import type { MigrationFolders } from '../database/migration-files.js';
import { createOpenRuns } from '../database/open-runs.js';
import { createProblemRecords } from '../database/problem-records.js';
import { createRunsRepository } from '../database/runs-repository.js';
import type { ProductWorkflows } from '../loading/workflow-folders.js';
import { createHealth, withoutDetails } from '../observability/health.js';
import type { Product } from '../product.js';
import { atMost } from '../retry/at-most.js';
import { createDurableRuns, type RunParts } from '../runs/durable-runs.js';
import { createSchedules } from '../runs/schedules.js';
import type { ServiceContext } from '../service/run-service.js';
import type { ProductSettings } from '../settings/define-settings.js';
import { services } from '../settings/names.js';
import { appVersion } from '../settings/project.js';
import type { Settings } from '../settings/settings.js';
import { createTemporalClient } from '../temporal/connection.js';
import { ensureNamespace } from '../temporal/namespace.js';
import { createScheduleEngine } from '../temporal/schedule-engine.js';
import { createWorkflowEngine } from '../temporal/workflow-engine.js';
import { plannedRuns } from '../workflows/schedule.js';
import { type AppOptions, createApp } from './app.js';
import { authenticationOf } from './authentication.js';
import { apiChecks } from './health-checks.js';
import { livenessFirst } from './liveness.js';
import { allowedHosts } from './middleware/allowed-hosts.js';
import { watchNamespace } from './namespace-watch.js';
import type { ProblemTypes } from './problem-types.js';
import type { LoadRoutes } from './route-files.js';
import { createApiServer } from './server.js';

export interface ServeApiOptions {
  /** The workflows that callers can start. */
  readonly workflows: Pick<ProductWorkflows, 'catalogue'>;
  /** The product's routes. @default - none */
  readonly routes?: LoadRoutes;
  /** HTTP status and title of each error code of the product. @default - none */
  readonly problems?: ProblemTypes;
  /** Folders of the migrations that must be applied before the API is ready. */
  readonly migrations: MigrationFolders;
  /** Test hook: replaces dependencies. @default - unchanged */
  readonly wrap?: (parts: RunParts) => RunParts;
}

/** Runs an API process until shutdown: serves requests, starts accepted runs and reconciles running ones. */
export const serveApi =
  <P extends Product<ProductSettings>>({
    workflows,
    routes: loadRoutes,
    problems,
    migrations,
    wrap = (parts) => parts,
  }: ServeApiOptions) =>
  async ({ product, settings, logger, signal, onClose }: ServiceContext<P, 'api'>): Promise<void> => {
    const [catalogue, routes] = await Promise.all([workflows.catalogue(), loadRoutes?.()]);
    const sequelize = createDatabase(settings, { applicationName: product.applicationName(services.api), logger });
    onClose(() => sequelize.close());
    const client = createTemporalClient(settings);
    onClose(() => client.connection.close());
    const parts = wrap({
      ...createRunRecords(sequelize, settings, [...catalogue.keys()]),
      engine: createWorkflowEngine(client, {
        taskQueues: product.taskQueues,
        timeoutMs: settings.TEMPORAL_CALL_TIMEOUT_MS,
        // Without authentication, the API is for the developers of this machine.
        stacks: settings.API_AUTHENTICATION === 'none',
      }),
    });
    const { runs, feed, reconcilerLoad, work } = createDurableRuns({
      parts,
      catalogue,
      logger,
      options: {
        concurrency: settings.RUNS_DISPATCH_CONCURRENCY,
        takeoverPerSecond: settings.RUNS_TAKEOVER_PER_SECOND,
        backlogLimit: settings.RUNS_BACKLOG_LIMIT,
        leaseMs: settings.RUNS_LEASE_MS,
        callTimeoutMs: settings.TEMPORAL_CALL_TIMEOUT_MS,
        reconcileIntervalMs: settings.RUNS_RECONCILE_INTERVAL_MS,
        reconcileCallsPerSecond: settings.RUNS_RECONCILE_CALLS_PER_SECOND,
      },
    });
    const { find } = createApiKeysRepository(sequelize);
    const { authenticator, issuerKeys } = authenticationOf(settings, { find, logger });
    let namespaceFailure: ReturnType<typeof watchNamespace> = () => undefined;

    const health = createHealth({
      service: services.api,
      version: appVersion,
      checks: apiChecks({
        sequelize,
        database: createHealthRepository(sequelize, migrations),
        client,
        problems: parts.problems,
        reconcilerLoad,
        namespaceFailure: () => namespaceFailure(),
        issuerKeys,
      }),
      logger,
      isShuttingDown: () => signal.aborted,
    });
    const isAllowedHost = allowedHosts(settings.API_HOST, settings.API_ALLOWED_HOSTS);
    const app = createApp({
      product,
      runs,
      feed,
      schedules: createSchedules({
        planned: plannedRuns(catalogue),
        engine: createScheduleEngine(client, { product, timeoutMs: settings.TEMPORAL_CALL_TIMEOUT_MS }),
        audit: parts.audit,
        runs,
      }),
      catalogue,
      routes,
      routeParts: { settings, sequelize },
      problems,
      health,
      logger,
      authenticator,
      isAllowedHost,
      options: appOptions(settings),
      stopping: signal,
    });
    const server = createApiServer({
      product,
      handler: livenessFirst({
        health: authenticator ? withoutDetails(health) : health,
        logger,
        isAllowedHost,
        app: app.callback(),
      }),
      logger,
      headersTimeoutMs: settings.API_HEADERS_TIMEOUT_MS,
      requestTimeoutMs: settings.API_REQUEST_TIMEOUT_MS,
      bodyLimitBytes: settings.API_BODY_LIMIT_BYTES,
    });
    const host = settings.API_HOST;
    const port = await server.listen({
      host,
      port: settings.API_PORT,
      settings: { host: 'API_HOST', port: 'API_PORT' },
    });
    logger.info({ host, port }, 'Listening');
    // Readiness reports a missing database; an error that waiting does not fix is logged once.
    const connected = connectWithRetry(sequelize, {
      timeoutMs: settings.POSTGRES_STARTUP_TIMEOUT_MS,
      signal,
      logger,
    }).catch((err: unknown) => {
      if (!signal.aborted) logger.error({ err }, 'PostgreSQL is not usable yet');
    });
    namespaceFailure = watchNamespace({ ensure: () => ensureNamespace(client, settings), logger, signal });
    const served = new AbortController();
    const working = connected.then(() => work(served.signal));

    await aborted(signal);
    const outcome = await server.close({
      delayMs: settings.API_SHUTDOWN_DELAY_MS,
      graceMs: settings.API_SHUTDOWN_GRACE_MS,
    });
    if (outcome === 'cut') logger.warn('Aborted requests that did not end in time');
    // Start the remaining accepted runs if time allows; another process takes over the rest.
    served.abort();
    await atMost(settings.TEMPORAL_CALL_TIMEOUT_MS, working);
  };

/** The repositories of runs in PostgreSQL, with this process as lease owner. */
function createRunRecords(
  sequelize: Sequelize,
  settings: Settings,
  workflows: readonly string[],
): Omit<RunParts, 'engine'> {
  const owner = randomUUID();
  const leaseMs = settings.RUNS_LEASE_MS;
  const checkIntervalMs = settings.RUNS_CHECK_INTERVAL_MS;
  const keyRetentionMs = settings.RUNS_KEY_RETENTION_HOURS * 3_600_000;
  return {
    repository: createRunsRepository(sequelize, { owner, leaseMs, keyRetentionMs, checkIntervalMs }),
    backlog: createBacklog(sequelize, { owner, leaseMs, workflows }),
    openRuns: createOpenRuns(sequelize, checkIntervalMs),
    changedRuns: createChangedRuns(sequelize),
    problems: createProblemRecords(sequelize),
    audit: createAuditRepository(sequelize),
  };
}

const appOptions = (settings: Settings): AppOptions => ({
  bodyLimitBytes: settings.API_BODY_LIMIT_BYTES,
  callerRateLimit: settings.API_CALLER_RATE_LIMIT,
  addressRateLimit: settings.API_ADDRESS_RATE_LIMIT,
  streamLimit: settings.API_EVENT_STREAMS,
  trustedProxies: settings.API_TRUSTED_PROXIES,
  corsOrigins: settings.API_CORS_ORIGINS,
});

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
