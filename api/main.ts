import { settingsOrExit } from '../config/entry.js';
import { services } from '../config/names.js';
import { appVersion } from '../config/project.js';
import type { Settings } from '../config/settings.js';
import { createDatabase } from '../database/connection.js';
import { createHealthRepository } from '../database/health-repository.js';
import { createRunsRepository } from '../database/runs-repository.js';
import { AddressUnavailable } from '../http/listen.js';
import { createHealth } from '../observability/health.js';
import { createLogger, type Logger } from '../observability/logger.js';
import { createRuns } from '../runs/create-runs.js';
import { createTemporalClient } from '../temporal/connection.js';
import { ensureNamespace } from '../temporal/namespace.js';
import { createRunOperations } from '../temporal/run-operations.js';
import { catalogue } from '../workflows/catalogue.js';
import { createApp } from './app.js';
import { apiChecks } from './health-checks.js';
import { watchNamespace } from './namespace-watch.js';
import { createApiServer } from './server.js';

/** Time the connections to PostgreSQL and Temporal have to end, in milliseconds. */
const closeMs = 500;

const settings = settingsOrExit();
const logger = createLogger(services.api, settings);
const stopping = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  // `on`, not `once`: Ctrl-C may arrive twice, from the terminal and from npm, and the second must not kill.
  process.on(signal, () => {
    if (stopping.signal.aborted) return;
    logger.info({ signal }, 'Shutting down');
    stopping.abort();
  });
}
process.on('uncaughtException', (error) => {
  logger.fatal({ err: error }, 'The API failed in a way that nobody expected');
  process.exit(1);
});

main(settings, logger, stopping.signal)
  .catch((error: unknown) => {
    process.exitCode = 1;
    if (error instanceof AddressUnavailable) logger.fatal(error.message);
    else logger.fatal({ err: error }, 'The API failed');
  })
  // Temporal's client still retries calls whose connection has been closed, and throws from its timers.
  .finally(() => process.exit());

/** Serves until `signal` aborts. What was opened is closed in reverse order, however it ends. */
async function main(settings: Settings, logger: Logger, signal: AbortSignal): Promise<void> {
  const opened: (() => Promise<unknown>)[] = [];
  try {
    await serve(settings, logger, signal, (close) => opened.push(close));
  } finally {
    const overdue = setTimeout(() => {
      logger.warn('Connections to PostgreSQL or Temporal did not end in time');
      process.exit();
    }, closeMs);
    for (const close of opened.reverse()) await close();
    clearTimeout(overdue);
    logger.info('Stopped');
  }
}

async function serve(
  settings: Settings,
  logger: Logger,
  signal: AbortSignal,
  onClose: (close: () => Promise<unknown>) => void,
): Promise<void> {
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
  namespaceFailure = watchNamespace({ ensure: () => ensureNamespace(client, settings), logger, signal });

  await aborted(signal);
  const outcome = await server.close({
    delayMs: settings.API_SHUTDOWN_DELAY_MS,
    graceMs: settings.API_SHUTDOWN_GRACE_MS,
  });
  if (outcome === 'cut') logger.warn('Requests that did not end in time were cut off');
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
