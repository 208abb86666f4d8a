import { setTimeout as delay } from 'node:timers/promises';
import type { Sequelize } from 'sequelize';
import { connectWithRetry } from '../database/connect-with-retry.js';
import { createDatabase } from '../database/connection.js';
import { createHealthRepository } from '../database/health-repository.js';
import type { MigrationFolders } from '../database/migration-files.js';
import { createOpenRuns } from '../database/open-runs.js';
import { createRunChanges, type RunChanges } from '../database/run-changes.js';
import { createHealth } from '../observability/health.js';
import { startHealthServer } from '../observability/health-server.js';
import type { Product } from '../product.js';
import { type Backoff, backoffMs } from '../retry/backoff.js';
import { createOutcomeRecorder, type OutcomeRecorder } from '../runs/outcome-recorder.js';
import type { OpenRuns } from '../runs/run.js';
import { createSettlement } from '../runs/settle.js';
import type { WorkflowEngine } from '../runs/workflow-engine.js';
import type { ServiceContext } from '../service/run-service.js';
import type { ProductSettings } from '../settings/define-settings.js';
import { services } from '../settings/names.js';
import { appVersion } from '../settings/project.js';
import { createTemporalClient } from '../temporal/connection.js';
import { ensurePurgeSchedule } from '../temporal/purge-schedule.js';
import { createWorkflowEngine } from '../temporal/workflow-engine.js';
import type { ActivityParts } from './activity-parts.js';
import { connectWorker } from './connect.js';
import { createWorkers, forceAfterGraceMs } from './create-workers.js';
import { workerChecks } from './health-checks.js';
import { platformActivities } from './platform-activities.js';
import { isAlive, runWorkers } from './run-workers.js';
import { installRuntime } from './runtime.js';
import { workflowBundle } from './workflow-bundle.js';

export interface OutcomeParts {
  readonly repository: RunChanges;
  readonly openRuns: Pick<OpenRuns, 'unrecorded'>;
  readonly engine: Pick<WorkflowEngine, 'describe' | 'result'>;
}

export interface ServeWorkerOptions<P extends Product<ProductSettings> = Product> {
  /** Module that exports the product's workflows, with or without its ending. */
  readonly workflowsPath: string;
  /** The product's activities; the platform adds its own. */
  readonly activities: (parts: ActivityParts<P>) => object;
  /** Folders of the migrations that must be applied before the worker is ready. */
  readonly migrations: MigrationFolders;
  /** Test hook: replaces dependencies. */
  readonly wrap?: (parts: OutcomeParts) => OutcomeParts;
}

/** Runs a worker process: connects, executes workflows and activities, records outcomes, and shuts down gracefully. */
export const serveWorker =
  <P extends Product<ProductSettings> = Product>({
    workflowsPath,
    activities,
    migrations,
    wrap = (parts) => parts,
  }: ServeWorkerOptions<P>) =>
  async ({ product, settings, logger, signal, onClose }: ServiceContext<P, 'worker'>): Promise<void> => {
    installRuntime(logger);
    const runsWorkflows = settings.WORKER_TASK_QUEUES.includes('workflows');
    // Bundling is the longest part of the start, and has no dependencies.
    const makeBundle = () => workflowBundle(settings, logger, workflowsPath);
    const bundle = runsWorkflows ? makeBundle() : undefined;
    bundle?.catch(() => {}); // reported where it is awaited
    const sequelize = createDatabase(settings, { applicationName: product.applicationName(services.worker), logger });
    onClose(() => sequelize.close());
    const client = createTemporalClient(settings);
    onClose(() => client.connection.close());

    const allActivities = (parts: ActivityParts<P>) =>
      withoutClash(activities(parts), platformActivities(parts, migrations));

    let workers: Awaited<ReturnType<typeof createWorkers>> = [];
    const server = await startHealthServer({
      health: createHealth({
        service: services.worker,
        version: appVersion,
        checks: workerChecks({
          workers: () => workers,
          client,
          database: createHealthRepository(sequelize, migrations),
        }),
        logger,
        isShuttingDown: () => signal.aborted,
        isAlive: () => signal.aborted || workers.every(isAlive),
      }),
      logger,
      host: settings.WORKER_HEALTH_HOST,
      port: settings.WORKER_HEALTH_PORT,
      settings: { host: 'WORKER_HEALTH_HOST', port: 'WORKER_HEALTH_PORT' },
    });
    onClose(() => server.close());

    const connection = await connectWorker({ settings, client, logger, signal });
    let isBusy = false;
    // Activities that are still running keep the connection open until the process ends.
    onClose(async () => isBusy || connection.close());
    if (settings.WORKER_TASK_QUEUES.includes('activities')) {
      await connectWithRetry(sequelize, { timeoutMs: settings.POSTGRES_STARTUP_TIMEOUT_MS, signal, logger });
    }
    const parts = wrap(outcomeParts(sequelize, client, { product, settings }));
    const recorder = createOutcomeRecorder({ ...parts, settlement: createSettlement(parts), logger });
    workers = await createWorkers({
      product,
      settings,
      connection,
      workflows: () => bundle ?? makeBundle(),
      activities: () => allActivities({ settings, logger, sequelize, client }),
      onClosing: recorder.note,
    });
    logger.info({ taskQueues: settings.WORKER_TASK_QUEUES, healthPort: server.port }, 'Serving');
    if (runsWorkflows) keepPurgeSchedule({ product, settings, client, logger, signal });
    const stopMs = settings.WORKER_SHUTDOWN_GRACE_MS + forceAfterGraceMs + settleMs;
    isBusy = true;
    isBusy = !(await runWorkers(workers, signal, { stopMs })).ended;
    if (isBusy)
      logger.warn('Activities ignore their cancellation; they end with this process, and Temporal retries them');
    await flushed(recorder);
  };

/** @throws an activity of the product has the name of one of the platform's */
function withoutClash(product: object, platform: object): object {
  const clash = Object.keys(product).find((name) => name in platform);
  if (clash !== undefined) throw new Error(`The activity name ${clash} is reserved by the platform: choose another`);
  return { ...product, ...platform };
}

function outcomeParts(
  sequelize: Sequelize,
  client: ActivityParts['client'],
  { product, settings }: Pick<ServiceContext, 'product' | 'settings'>,
): OutcomeParts {
  const checkIntervalMs = settings.RUNS_CHECK_INTERVAL_MS;
  return {
    repository: createRunChanges(sequelize, checkIntervalMs),
    openRuns: createOpenRuns(sequelize, checkIntervalMs),
    engine: createWorkflowEngine(client, {
      taskQueues: product.taskQueues,
      timeoutMs: settings.TEMPORAL_CALL_TIMEOUT_MS,
    }),
  };
}

/** Time for the SDK to settle after a forced stop, in milliseconds. */
const settleMs = 500;

/** Time to record the last outcomes at shutdown, in milliseconds; the reconciler records the rest. */
const flushMs = 2_000;

const flushed = (recorder: OutcomeRecorder): Promise<unknown> =>
  Promise.race([recorder.flush(), delay(flushMs, undefined, { ref: false })]);

const scheduleBackoff: Backoff = { firstMs: 1_000, longestMs: 60_000 };

/** Retries until the schedule exists, while the worker serves. */
async function keepPurgeSchedule({
  product,
  settings,
  client,
  logger,
  signal,
}: Pick<ServiceContext, 'product' | 'settings' | 'logger' | 'signal'> & Pick<ActivityParts, 'client'>): Promise<void> {
  for (let attempt = 0; !signal.aborted; attempt += 1) {
    try {
      return await ensurePurgeSchedule(client, {
        taskQueue: product.taskQueues.workflows,
        everyMinutes: settings.RUNS_PURGE_INTERVAL_MINUTES,
        callTimeoutMs: settings.TEMPORAL_CALL_TIMEOUT_MS,
      });
    } catch (err) {
      logger.warn({ err, attempt: attempt + 1 }, 'Cannot create the schedule that removes old runs');
    }
    await delay(backoffMs(scheduleBackoff, attempt), undefined, { signal }).catch(() => {});
  }
}
