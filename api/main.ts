import { services } from '../config/names.js';
import { appVersion } from '../config/project.js';
import { connectWithRetry, createDatabase } from '../database/connection.js';
import { createHealthRepository } from '../database/health-repository.js';
import { createRunsRepository } from '../database/runs-repository.js';
import { createHealth } from '../observability/health.js';
import { createRuns } from '../runs/create-runs.js';
import { runService } from '../service/run-service.js';
import { createTemporalClient } from '../temporal/connection.js';
import { ensureNamespace } from '../temporal/namespace.js';
import { createRunOperations } from '../temporal/run-operations.js';
import { catalogue } from '../workflows/catalogue.js';
import { createApp } from './app.js';
import { apiChecks } from './health-checks.js';
import { watchNamespace } from './namespace-watch.js';
import { createApiServer } from './server.js';

runService(services.api, async ({ settings, logger, signal, onClose }) => {
  const callTimeoutMs = settings.TEMPORAL_CALL_TIMEOUT_MS;
  const sequelize = createDatabase(settings, { service: services.api, logger });
  onClose(() => sequelize.close());
  const client = createTemporalClient(settings);
  onClose(() => client.connection.close());
  let namespaceFailure: ReturnType<typeof watchNamespace> = () => undefined;

  const app = createApp({
    runs: createRuns({
      repository: createRunsRepository(sequelize),
      operations: createRunOperations(client, callTimeoutMs),
      catalogue,
    }),
    catalogue,
    health: createHealth({
      service: services.api,
      version: appVersion,
      checks: apiChecks({
        sequelize,
        database: createHealthRepository(sequelize),
        client,
        namespaceFailure: () => namespaceFailure(),
      }),
      logger,
      isShuttingDown: () => signal.aborted,
    }),
    logger,
    bodyLimitBytes: settings.API_BODY_LIMIT_BYTES,
    stopping: signal,
  });
  const server = createApiServer({
    handler: app.callback(),
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
  // Readiness stands for it; a refusal that waiting does not mend is told once.
  connectWithRetry(sequelize, { timeoutMs: settings.POSTGRES_STARTUP_TIMEOUT_MS, signal, logger }).catch(
    (err: unknown) => {
      if (!signal.aborted) logger.error({ err }, 'PostgreSQL cannot be used yet');
    },
  );
  namespaceFailure = watchNamespace({ ensure: () => ensureNamespace(client, settings), logger, signal });

  await aborted(signal);
  const outcome = await server.close({
    delayMs: settings.API_SHUTDOWN_DELAY_MS,
    graceMs: settings.API_SHUTDOWN_GRACE_MS,
  });
  if (outcome === 'cut') logger.warn('Requests that did not end in time were cut off');
});

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
