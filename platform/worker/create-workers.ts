import type { Info } from '@temporalio/activity';
import {
  type ActivityInboundCallsInterceptor,
  type ActivityInterceptorsFactory,
  type InjectedSinks,
  type NativeConnection,
  Worker,
  type WorkerOptions,
  type WorkflowBundleOption,
} from '@temporalio/worker';
import { failureInterceptor } from '../activities/failure.js';
import { logContext } from '../observability/log-context.js';
import type { Product } from '../product.js';
import type { Closing } from '../runs/outcome-recorder.js';
import type { Settings } from '../settings/settings.js';
import { dataConverter } from '../temporal/data-converter.js';
import '../temporal/well-formed-texts.js';
import type { ClosingSinks } from '../workflows/report-closing.js';
import type { FailingSinks } from '../workflows/report-failing.js';

export type WorkerSettings = Pick<Settings, 'TEMPORAL_NAMESPACE' | Extract<keyof Settings, `WORKER_${string}`>>;

export interface WorkersDeps {
  readonly product: Pick<Product, 'taskQueues'>;
  readonly settings: WorkerSettings;
  readonly connection: NativeConnection;
  /** Called only if the queue `workflows` is served: bundling takes time. */
  readonly workflows: () => Promise<WorkflowBundleOption>;
  /** Executed on every queue. */
  readonly activities: object;
  readonly onClosing: (closing: Closing) => void;
  /** Hears of workflow code that fails. */
  readonly failingSinks: InjectedSinks<FailingSinks>;
  /** Hears of attempts of activities. */
  readonly attempts: (info: Info) => ActivityInboundCallsInterceptor;
}

/** Time for activities to react to their cancellation at the end of the grace time, in milliseconds. */
export const forceAfterGraceMs = 2_000;

/**
 * How long a task waits for the worker that has its workflow cached before any worker may take it. The SDK's default of 10 s exceeds the
 * deadline of a call (TEMPORAL_CALL_TIMEOUT_MS), so updates would time out after a worker is gone. A much lower value would move
 * workflows away from busy workers that have them cached.
 */
const stickyTimeout = '4 seconds';

/** Log lines of an activity name its workflow, whose id contains that of the run. */
const inLogContext: ActivityInterceptorsFactory = ({ info: { activityType, workflowExecution } }) => ({
  inbound: {
    execute: (input, next) =>
      logContext.run({ workflowId: workflowExecution?.workflowId, activityType }, () => next(input)),
  },
});

/**
 * Creates a worker for each task queue in the settings. It does not poll before `run`. The queue `workflows` carries activities too: the
 * server hands an activity to the worker that scheduled it with the answer to its workflow task (eager execution).
 */
export async function createWorkers({
  product,
  settings,
  connection,
  workflows,
  activities,
  onClosing,
  failingSinks,
  attempts,
}: WorkersDeps): Promise<Worker[]> {
  const onEveryQueue = {
    connection,
    namespace: settings.TEMPORAL_NAMESPACE,
    dataConverter,
    // The server ends a workflow whose commands are too large in total; the SDK would retry them until the timeout.
    disablePayloadErrorLimit: true,
    shutdownGraceTime: settings.WORKER_SHUTDOWN_GRACE_MS,
    shutdownForceTime: settings.WORKER_SHUTDOWN_GRACE_MS + forceAfterGraceMs,
    activities,
    interceptors: {
      activity: [({ info }) => ({ inbound: attempts(info) }), () => ({ inbound: failureInterceptor }), inLogContext],
    },
    maxConcurrentActivityTaskExecutions: settings.WORKER_ACTIVITY_SLOTS,
    maxConcurrentActivityTaskPolls: Math.min(settings.WORKER_ACTIVITY_POLLERS, settings.WORKER_ACTIVITY_SLOTS),
  } satisfies Omit<WorkerOptions, 'taskQueue'>;
  const note: InjectedSinks<ClosingSinks>['closings']['note'] = {
    fn: ({ parent, workflowId, firstExecutionRunId, runStartTime }) => {
      // A child's id may end with the id of the run, whose outcome is not the child's.
      if (!parent) onClosing({ workflowId, temporalRunId: firstExecutionRunId, startedAt: runStartTime });
    },
    callDuringReplay: false,
  };
  const onWorkflowsQueue = async (): Promise<Partial<WorkerOptions>> => ({
    workflowBundle: await workflows(),
    maxConcurrentWorkflowTaskExecutions: settings.WORKER_WORKFLOW_SLOTS,
    maxConcurrentLocalActivityExecutions: settings.WORKER_ACTIVITY_SLOTS,
    maxConcurrentWorkflowTaskPolls: Math.min(settings.WORKER_WORKFLOW_POLLERS, settings.WORKER_WORKFLOW_SLOTS),
    maxCachedWorkflows: settings.WORKER_WORKFLOW_CACHE,
    sinks: { closings: { note }, ...failingSinks },
    stickyQueueScheduleToStartTimeout: stickyTimeout,
  });
  return Promise.all(
    settings.WORKER_TASK_QUEUES.map(async (queue) =>
      Worker.create({
        ...onEveryQueue,
        ...(queue === 'workflows' && (await onWorkflowsQueue())),
        taskQueue: product.taskQueues[queue],
      }),
    ),
  );
}
