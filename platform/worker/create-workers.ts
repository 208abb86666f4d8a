import {
  type InjectedSinks,
  type NativeConnection,
  Worker,
  type WorkerOptions,
  type WorkflowBundleOption,
} from '@temporalio/worker';
import { failureInterceptor } from '../activities/failure.js';
import type { Product, TaskQueueName } from '../product.js';
import type { Closing } from '../runs/outcome-recorder.js';
import type { Settings } from '../settings/settings.js';
import { dataConverter } from '../temporal/data-converter.js';
import '../temporal/well-formed-texts.js';
import type { ClosingSinks } from '../workflows/report-closing.js';

export type WorkerSettings = Pick<
  Settings,
  | 'TEMPORAL_NAMESPACE'
  | 'WORKER_TASK_QUEUES'
  | 'WORKER_WORKFLOW_SLOTS'
  | 'WORKER_WORKFLOW_CACHE'
  | 'WORKER_WORKFLOW_POLLERS'
  | 'WORKER_ACTIVITY_SLOTS'
  | 'WORKER_ACTIVITY_POLLERS'
  | 'WORKER_SHUTDOWN_GRACE_MS'
>;

export interface WorkersDeps {
  readonly product: Pick<Product, 'taskQueues'>;
  readonly settings: WorkerSettings;
  readonly connection: NativeConnection;
  /** Made only where the queue is served: bundling and wiring take time and connections. */
  readonly workflows: () => Promise<WorkflowBundleOption>;
  readonly activities: () => object;
  /** Hears of each workflow that closes. */
  readonly onClosing: (closing: Closing) => void;
}

/** Time that activities have, once they are cancelled at the end of the grace time, to notice it; in milliseconds. */
export const forceAfterGraceMs = 2_000;

/**
 * How long a task waits for the worker that knows its workflow before any other may take it. The SDK's 10 s are longer than a call may
 * take (TEMPORAL_CALL_TIMEOUT_MS): an update of a workflow whose worker has just gone would never be answered. Much less, and a busy
 * worker would have workflows taken from it that it knows.
 */
const stickyTimeout = '4 seconds';

function closingSinks(onClosing: (closing: Closing) => void): InjectedSinks<ClosingSinks> {
  return {
    closings: {
      note: {
        fn: ({ workflowId, firstExecutionRunId, runStartTime }) =>
          onClosing({ workflowId, temporalRunId: firstExecutionRunId, startedAt: runStartTime }),
        callDuringReplay: false,
      },
    },
  };
}

/** One worker for each task queue in the settings. They do not poll before `run`. */
export async function createWorkers({
  product,
  settings,
  connection,
  workflows,
  activities,
  onClosing,
}: WorkersDeps): Promise<Worker[]> {
  const shared = {
    connection,
    namespace: settings.TEMPORAL_NAMESPACE,
    dataConverter,
    // The server ends what is too large in sum for good; the SDK would have it tried again until its time is over.
    disablePayloadErrorLimit: true,
    shutdownGraceTime: settings.WORKER_SHUTDOWN_GRACE_MS,
    shutdownForceTime: settings.WORKER_SHUTDOWN_GRACE_MS + forceAfterGraceMs,
  };
  const byQueue: Record<TaskQueueName, () => Promise<Omit<WorkerOptions, 'taskQueue'>>> = {
    workflows: async () => ({
      workflowBundle: await workflows(),
      maxConcurrentWorkflowTaskExecutions: settings.WORKER_WORKFLOW_SLOTS,
      maxConcurrentWorkflowTaskPolls: Math.min(settings.WORKER_WORKFLOW_POLLERS, settings.WORKER_WORKFLOW_SLOTS),
      maxCachedWorkflows: settings.WORKER_WORKFLOW_CACHE,
      sinks: closingSinks(onClosing),
      stickyQueueScheduleToStartTimeout: stickyTimeout,
    }),
    activities: async () => ({
      activities: activities(),
      interceptors: { activity: [() => ({ inbound: failureInterceptor })] },
      maxConcurrentActivityTaskExecutions: settings.WORKER_ACTIVITY_SLOTS,
      maxConcurrentActivityTaskPolls: Math.min(settings.WORKER_ACTIVITY_POLLERS, settings.WORKER_ACTIVITY_SLOTS),
    }),
  };
  return Promise.all(
    settings.WORKER_TASK_QUEUES.map(async (queue) =>
      Worker.create({ ...shared, ...(await byQueue[queue]()), taskQueue: product.taskQueues[queue] }),
    ),
  );
}
