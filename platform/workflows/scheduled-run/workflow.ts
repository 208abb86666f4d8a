import { type Duration, WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  CancellationScope,
  type ChildWorkflowHandle,
  getExternalWorkflowHandle,
  isCancellation,
  proxyActivities,
  sleep,
  startChild,
  type Workflow,
  workflowInfo,
} from '@temporalio/workflow';
import type { PlatformActivities } from '../../activities/index.js';

/** What a schedule starts. */
export interface ScheduledStart {
  readonly schedule: string;
  readonly workflow: string;
  readonly input: unknown;
  /** Name of the task queue in Temporal. */
  readonly taskQueue: string;
  readonly executionTimeout: string;
}

/** Retries until PostgreSQL is back: a scheduled run is never dropped. */
const { acceptScheduledRun, trackScheduledRun } = proxyActivities<PlatformActivities>({
  startToCloseTimeout: '10 seconds',
  retry: { initialInterval: '500 milliseconds', backoffCoefficient: 2, maximumInterval: '30 seconds' },
});

const longestPauseMs = 600_000;

/**
 * One action of a schedule: records a run, executes its workflow as a child and ends when the run has ended, so that Temporal's overlap
 * policies count the run. Termination ends the child too. Only schedules start it; it is not in the catalogue.
 */
export async function scheduledRun(start: ScheduledStart): Promise<{ runId: string }> {
  const { run, child } = await CancellationScope.nonCancellable(() => acceptAndStart(start));
  const ended = CancellationScope.nonCancellable(() => untilEnded(run.runId, child));
  try {
    await Promise.race([ended, CancellationScope.current().cancelRequested]);
  } catch (error) {
    if (!isCancellation(error)) throw error;
    await CancellationScope.nonCancellable(async () => {
      await getExternalWorkflowHandle(run.workflowId)
        .cancel()
        .catch(() => {}); // it has ended
      await ended;
    });
    throw error;
  }
  return { runId: run.runId };
}

/** `child` is undefined if another process took the run over first: its workflow id starts one workflow ever. */
async function acceptAndStart({ schedule, workflow, input, taskQueue, executionTimeout }: ScheduledStart) {
  const { firstExecutionRunId, startTime } = workflowInfo();
  const run = await acceptScheduledRun({
    schedule,
    workflow,
    input,
    scheduledBy: firstExecutionRunId,
    acceptedAt: startTime.toISOString(),
  });
  try {
    const child = await startChild(workflow, {
      workflowId: run.workflowId,
      taskQueue,
      workflowExecutionTimeout: executionTimeout as Duration,
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      args: [input],
    });
    return { run, child };
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return { run, child: undefined };
    throw error;
  }
}

/** Records the start of the run, and resolves when its end is recorded. */
async function untilEnded(runId: string, child: ChildWorkflowHandle<Workflow> | undefined): Promise<void> {
  let hasEnded = await trackScheduledRun(runId);
  // The outcome of the child is the run's, not ours.
  await child?.result().catch(() => {});
  for (let pauseMs = 1_000; !hasEnded; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
    hasEnded = await trackScheduledRun(runId);
    if (!hasEnded) await sleep(pauseMs);
  }
}
