import { createActivities } from '../activities/index.js';
import { services } from '../config/names.js';
import { appVersion } from '../config/project.js';
import { connectWithRetry, createDatabase } from '../database/connection.js';
import { createDecisionsRepository } from '../database/decisions-repository.js';
import { createHealthRepository } from '../database/health-repository.js';
import { createHealth } from '../observability/health.js';
import { startHealthServer } from '../observability/health-server.js';
import { runService } from '../service/run-service.js';
import { createTemporalClient } from '../temporal/connection.js';
import { createActivityDeps } from './activity-deps.js';
import { connectWorker } from './connect.js';
import { createWorkers, runWorkers } from './create-workers.js';
import { workerChecks } from './health-checks.js';
import { installRuntime } from './runtime.js';
import { workflowBundle } from './workflow-bundle.js';

runService(services.worker, async ({ settings, logger, signal, onClose }) => {
  installRuntime(logger);
  // Bundling is the longest part of the start, and needs nobody.
  const bundle = settings.WORKER_TASK_QUEUES.includes('workflows') ? workflowBundle(settings, logger) : undefined;
  bundle?.catch(() => {}); // told where it is awaited
  const database = createDatabase(settings, { service: services.worker, logger });
  onClose(() => database.close());
  const client = createTemporalClient(settings);
  onClose(() => client.connection.close());
  const health = createHealthRepository(database);

  let workers: Awaited<ReturnType<typeof createWorkers>> = [];
  const server = await startHealthServer({
    health: createHealth({
      service: services.worker,
      version: appVersion,
      checks: workerChecks({ workers: () => workers, client, database: health }),
      logger,
      isShuttingDown: () => signal.aborted,
    }),
    logger,
    host: settings.WORKER_HEALTH_HOST,
    port: settings.WORKER_HEALTH_PORT,
    settings: { host: 'WORKER_HEALTH_HOST', port: 'WORKER_HEALTH_PORT' },
  });
  onClose(() => server.close());

  const connection = await connectWorker({ settings, client, logger, signal });
  onClose(() => connection.close());
  if (settings.WORKER_TASK_QUEUES.includes('activities')) {
    await connectWithRetry(database, { timeoutMs: settings.POSTGRES_STARTUP_TIMEOUT_MS, signal, logger });
  }
  workers = await createWorkers({
    settings,
    connection,
    workflows: () => bundle ?? workflowBundle(settings, logger),
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
});
