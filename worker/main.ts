import { createActivities } from '../activities/index.js';
import { settingsOrExit } from '../config/entry.js';
import { appVersion } from '../config/project.js';
import type { Settings } from '../config/settings.js';
import { connectWithRetry, createDatabase } from '../database/connection.js';
import { createDecisionsRepository } from '../database/decisions-repository.js';
import { createHealthRepository } from '../database/health-repository.js';
import { createHealth } from '../observability/health.js';
import { startHealthServer } from '../observability/health-server.js';
import { createLogger, type Logger } from '../observability/logger.js';
import { createTemporalClient } from '../temporal/connection.js';
import { ensureNamespace } from '../temporal/namespace.js';
import { createActivityDeps } from './activity-deps.js';
import { connectWorker } from './connect.js';
import { createWorkers, runWorkers } from './create-workers.js';
import { workerChecks } from './health-checks.js';
import { installRuntime } from './runtime.js';
import { workflowBundle } from './workflow-bundle.js';

const settings = settingsOrExit();
const logger = createLogger('worker', settings);
const stopping = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    logger.info({ signal, graceMs: settings.WORKER_SHUTDOWN_GRACE_MS }, 'Shutting down');
    stopping.abort();
  });
}

main(settings, logger, stopping.signal).catch((error: unknown) => {
  if (stopping.signal.aborted && error === stopping.signal.reason) return;
  logger.fatal({ err: error }, 'The worker failed');
  process.exitCode = 1;
});

/** Runs until `signal` aborts. What was opened is closed in reverse order, however it ends. */
async function main(settings: Settings, logger: Logger, signal: AbortSignal): Promise<void> {
  const opened: (() => Promise<unknown>)[] = [];
  try {
    await serve(settings, logger, signal, (close) => opened.push(close));
  } finally {
    for (const close of opened.reverse()) await close();
    logger.info('Stopped');
  }
}

async function serve(
  settings: Settings,
  logger: Logger,
  signal: AbortSignal,
  onClose: (close: () => Promise<unknown>) => void,
): Promise<void> {
  installRuntime(logger);
  // Bundling is the longest part of the start, and needs nobody.
  const bundle = settings.WORKER_TASK_QUEUES.includes('workflows')
    ? workflowBundle(settings.WORKER_BUNDLE_PATH, logger)
    : undefined;
  bundle?.catch(() => {}); // told where it is awaited
  const database = createDatabase(settings, { service: 'worker', logger });
  onClose(() => database.close());
  const client = createTemporalClient(settings);
  onClose(() => client.connection.close());
  const health = createHealthRepository(database);

  let workers: Awaited<ReturnType<typeof createWorkers>> = [];
  const server = await startHealthServer({
    health: createHealth({
      service: 'worker',
      version: appVersion,
      checks: workerChecks({
        workers: () => workers,
        client,
        database: health,
        callTimeoutMs: settings.TEMPORAL_CALL_TIMEOUT_MS,
      }),
      logger,
      isShuttingDown: () => signal.aborted,
    }),
    logger,
    host: settings.WORKER_HEALTH_HOST,
    port: settings.WORKER_HEALTH_PORT,
    settings: { host: 'WORKER_HEALTH_HOST', port: 'WORKER_HEALTH_PORT' },
  });
  onClose(() => server.close());

  const connection = await connectWorker(settings, logger, signal);
  onClose(() => connection.close());
  await ensureNamespace(client, settings);
  if (settings.WORKER_TASK_QUEUES.includes('activities')) {
    await connectWithRetry(database, { timeoutMs: settings.POSTGRES_STARTUP_TIMEOUT_MS, signal, logger });
  }
  workers = await createWorkers({
    settings,
    connection,
    workflows: () => bundle ?? workflowBundle(settings.WORKER_BUNDLE_PATH, logger),
    activities: () =>
      createActivities(
        createActivityDeps({
          client,
          callTimeoutMs: settings.TEMPORAL_CALL_TIMEOUT_MS,
          decisions: createDecisionsRepository(database),
          databaseRoundTrip: health.roundTrip,
          logger,
        }),
      ),
  });
  logger.info({ taskQueues: settings.WORKER_TASK_QUEUES, healthPort: server.port }, 'Serving');
  await runWorkers(workers, signal);
}
