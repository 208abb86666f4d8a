import type { Sequelize } from 'sequelize';
import { connectWithRetry } from '../database/connect-with-retry.js';
import { createDatabase } from '../database/connection.js';
import { createHealthRepository } from '../database/health-repository.js';
import type { MigrationFolders } from '../database/migration-files.js';
import { createOpenRuns } from '../database/open-runs.js';
import { createProblemRecords } from '../database/problem-records.js';
import { createRunChanges, type RunChanges } from '../database/run-changes.js';
import { createScheduleElection } from '../database/schedule-election.js';
import type { ProductWorkflows } from '../loading/workflow-folders.js';
import { createHealth } from '../observability/health.js';
import { startHealthServer } from '../observability/health-server.js';
import type { Product } from '../product.js';
import { atMost } from '../retry/at-most.js';
import { createOutcomeRecorder } from '../runs/outcome-recorder.js';
import { type Attempt, createProblemRecorder } from '../runs/problem-recorder.js';
import type { OpenRuns, ProblemRecords } from '../runs/run.js';
import { createSettlement } from '../runs/settle.js';
import { createValidation } from '../runs/validation.js';
import type { WorkflowEngine } from '../runs/workflow-engine.js';
import type { ServiceContext } from '../service/run-service.js';
import type { ProductSettings } from '../settings/define-settings.js';
import { services } from '../settings/names.js';
import { appVersion } from '../settings/project.js';
import { createTemporalClient } from '../temporal/connection.js';
import { createCall } from '../temporal/errors.js';
import { workflowSchedule } from '../temporal/planned-schedules.js';
import { purgeSchedule } from '../temporal/purge-schedule.js';
import { applySchedules, versionOf } from '../temporal/schedules.js';
import { createWorkflowEngine } from '../temporal/workflow-engine.js';
import type { Catalogue } from '../workflows/catalogue.js';
import { isScheduled, plannedRuns } from '../workflows/schedule.js';
import { attemptReports } from './activity-attempts.js';
import type { ActivityParts } from './activity-parts.js';
import { connectWorker } from './connect.js';
import { createWorkers, forceAfterGraceMs } from './create-workers.js';
import { workerChecks } from './health-checks.js';
import { aliveMs, type KeepSchedulesDeps, keepSchedules } from './keep-schedules.js';
import { platformActivities } from './platform-activities.js';
import { isAlive, runWorkers } from './run-workers.js';
import { installRuntime } from './runtime.js';
import { createTaskFailures } from './task-failures.js';
import { workflowBundle } from './workflow-bundle.js';

export interface OutcomeParts {
  readonly repository: RunChanges;
  readonly openRuns: Pick<OpenRuns, 'unrecorded'>;
  readonly problems: Pick<ProblemRecords, 'record'>;
  readonly engine: Pick<WorkflowEngine, 'describe' | 'result' | 'terminate'>;
}

export interface ServeWorkerOptions<P extends Product<ProductSettings> = Product> {
  /** The product's workflows; the platform adds its own. */
  readonly workflows: ProductWorkflows;
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
    workflows,
    activities,
    migrations,
    wrap = (parts) => parts,
  }: ServeWorkerOptions<P>) =>
  async ({ product, settings, logger, signal, onClose }: ServiceContext<P, 'worker'>): Promise<void> => {
    // The recorder needs the connections that come later.
    let noteAttempt: (attempt: Attempt) => void = () => {};
    const failures = { logger, onAttempt: (attempt: Attempt) => noteAttempt(attempt) };
    const taskFailures = createTaskFailures(failures);
    installRuntime(logger, taskFailures.coreReported);
    const runsWorkflows = settings.WORKER_TASK_QUEUES.includes('workflows');
    // Bundling is the longest part of the start, and has no dependencies.
    const makeBundle = () => workflowBundle(settings, logger, workflows.path);
    const bundle = runsWorkflows ? makeBundle() : undefined;
    bundle?.catch(() => {}); // reported where it is awaited
    const catalogue = await workflows.catalogue();
    // Fails at once if a schedule has an invalid input. The API checks all definitions; compiling them takes time here.
    createValidation(new Map([...catalogue].filter(([, definition]) => isScheduled(definition))));
    const sequelize = createDatabase(settings, { applicationName: product.applicationName(services.worker), logger });
    onClose(() => sequelize.close());
    const client = createTemporalClient(settings);
    onClose(() => client.connection.close());

    let workers: Awaited<ReturnType<typeof createWorkers>> = [];
    const server = await startHealthServer({
      health: createHealth({
        service: services.worker,
        version: appVersion,
        checks: workerChecks({
          workers: () => workers,
          client,
          database: createHealthRepository(sequelize, migrations),
          problems: createProblemRecords(sequelize),
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

    let isBusy = false;
    const connecting = connectWorker({ settings, client, logger, signal }).then((connection) => {
      // Activities that are still running keep the connection open until the process ends.
      onClose(async () => isBusy || connection.close());
      return connection;
    });
    const databaseConnected = connectWithRetry(sequelize, {
      timeoutMs: settings.POSTGRES_STARTUP_TIMEOUT_MS,
      signal,
      logger,
    });
    const [connection] = await Promise.all([connecting, databaseConnected]);
    const parts = wrap(outcomeParts(sequelize, client, { product, settings }));
    const settlement = createSettlement(parts);
    const recorder = createOutcomeRecorder({ ...parts, settlement, logger });
    noteAttempt = createProblemRecorder({ records: parts.problems, engine: parts.engine, logger }).note;
    const allActivities = (given: ActivityParts<P>) =>
      withoutClash(activities(given), platformActivities(given, migrations, { ...parts, settlement }));
    workers = await createWorkers({
      product,
      settings,
      connection,
      workflows: () => bundle ?? makeBundle(),
      activities: allActivities({ settings, logger, sequelize, client }),
      onClosing: recorder.note,
      failingSinks: taskFailures.sinks,
      attempts: attemptReports(failures),
    });
    logger.info({ taskQueues: settings.WORKER_TASK_QUEUES, healthPort: server.port }, 'Serving');
    const schedules = runsWorkflows
      ? keepSchedules(scheduleParts(sequelize, client, { product, settings, logger, catalogue }), signal)
      : undefined;
    const stopMs = settings.WORKER_SHUTDOWN_GRACE_MS + forceAfterGraceMs + settleMs;
    isBusy = true;
    isBusy = !(await runWorkers(workers, signal, { stopMs })).ended;
    if (isBusy)
      logger.warn('Activities ignore their cancellation; they end with this process, and Temporal retries them');
    await atMost(flushMs, Promise.all([recorder.flush(), schedules]));
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
    problems: createProblemRecords(sequelize),
    engine: createWorkflowEngine(client, {
      taskQueues: product.taskQueues,
      timeoutMs: settings.TEMPORAL_CALL_TIMEOUT_MS,
    }),
  };
}

function scheduleParts(
  sequelize: Sequelize,
  client: ActivityParts['client'],
  {
    product,
    settings,
    logger,
    catalogue,
  }: Pick<ServiceContext, 'product' | 'settings' | 'logger'> & {
    readonly catalogue: Catalogue;
  },
): KeepSchedulesDeps {
  const planned = [
    purgeSchedule({ taskQueue: product.taskQueues.workflows, everyMinutes: settings.RUNS_PURGE_INTERVAL_MINUTES }),
    ...plannedRuns(catalogue).map((runs) => workflowSchedule(product, runs)),
  ];
  const call = createCall(client.connection, settings.TEMPORAL_CALL_TIMEOUT_MS);
  return {
    election: createScheduleElection(sequelize, { version: versionOf(planned), validMs: aliveMs }),
    apply: () => applySchedules({ client, call, product, logger }, planned),
    logger,
  };
}

/** Time for the SDK to settle after a forced stop, in milliseconds. */
const settleMs = 500;

/** Time to record the last outcomes at shutdown, in milliseconds; the reconciler records the rest. */
const flushMs = 2_000;
