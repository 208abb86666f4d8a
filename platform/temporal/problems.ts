import type { Client } from '@temporalio/client';
import { optionalTsToDate } from '@temporalio/common/lib/time.js';
import { projectFrames } from '../observability/project-frames.js';
import type { runHistorySchema } from '../runs/run-history.js';
import type { RunProblem } from '../runs/run-problem.js';
import type { LatestExecution } from './describe-latest.js';
import type { Call } from './errors.js';
import { type RecordedFailure, stepFailureOf } from './outcome.js';
import { type PendingActivity, progressOf } from './steps.js';

/** A run can have a thousand activities in flight. */
const maxProblems: (typeof runHistorySchema)['properties']['problems']['maxItems'] = 10;
/** Newest events in which the last end of a workflow task is searched; signals may have arrived since. */
const eventsRead = 50;
/** The `WorkflowTaskFailedCause` of a reset. */
const causeReset = 20;
/** A dead worker costs one attempt, and its task then times out. More such attempts have another reason. */
const timeoutsOfDeadWorker = 2;

export interface ProblemOptions {
  /** Whether to include stack traces. */
  readonly stacks: boolean;
}

/**
 * Why an open workflow makes no progress: its failing workflow task, then its retrying activities, those with the most attempts first.
 * Reads the history only if a workflow task is retried.
 */
export async function problemsOf(
  client: Client,
  call: Call,
  { open, raw, workflowId, runId }: LatestExecution,
  { stacks }: ProblemOptions,
): Promise<RunProblem[]> {
  if (!open) return [];
  const retries = (raw.pendingActivities ?? []).flatMap(retryOf).sort((one, other) => other.attempts - one.attempts);
  // The first attempt has the number 1.
  const attempts = (raw.pendingWorkflowTask?.attempt ?? 0) - 1;
  const found = attempts > 0 ? await failureOfTask(client, call, { workflowId, runId }, attempts) : undefined;
  if (!found) return retries.slice(0, maxProblems);
  const { stack, ...failure } = found;
  const task: RunProblem = {
    kind: 'workflow-task-failing',
    activity: null,
    attempts,
    failure: stacks && stack !== undefined ? { ...failure, stack } : failure,
    nextAttemptAt: null,
  };
  return [task, ...retries].slice(0, maxProblems);
}

function retryOf(pending: PendingActivity): RunProblem[] {
  const { attempts, status, failure } = progressOf(pending);
  const isRunning = status === 'running';
  const failed = (attempts ?? 0) - (isRunning ? 1 : 0);
  if (failed < 1 || !failure) return [];
  const next = isRunning ? undefined : optionalTsToDate(pending.nextAttemptScheduleTime);
  return [
    {
      kind: 'activity-retrying',
      activity: pending.activityType?.name ?? null,
      attempts: failed,
      failure,
      nextAttemptAt: next?.toISOString() ?? null,
    },
  ];
}

/**
 * Why the attempts of a workflow task fail. Temporal records the first failure only: the SDK does not report those of later attempts.
 * @returns `undefined` if they do not fail
 */
async function failureOfTask(
  { workflowService, options: { namespace } }: Client,
  call: Call,
  execution: { readonly workflowId: string; readonly runId: string },
  attempts: number,
): Promise<RunProblem['failure'] | undefined> {
  const { history } = await call(() =>
    workflowService.getWorkflowExecutionHistoryReverse({ namespace, execution, maximumPageSize: eventsRead }),
  );
  for (const event of history?.events ?? []) {
    if (event.workflowTaskCompletedEventAttributes) return undefined;
    const failed = event.workflowTaskFailedEventAttributes;
    if (failed) return failed.cause === causeReset ? undefined : described(failed.failure);
    if (event.workflowTaskTimedOutEventAttributes) return attempts > timeoutsOfDeadWorker ? timedOut : undefined;
  }
  return undefined;
}

const timedOut: RunProblem['failure'] = {
  code: 'workflow-task-timed-out',
  message: "Workers do not complete the workflow task in time: see the worker's log",
};

function described(recorded: RecordedFailure | null | undefined): RunProblem['failure'] {
  const { failure } = stepFailureOf(recorded);
  // Before the frames, the SDK writes the place in its bundle and the message.
  const stack = projectFrames(recorded?.stackTrace);
  return {
    code: failure?.code ?? 'run-failed',
    message: failure?.message ?? 'The workflow task failed',
    ...(stack !== undefined && { stack }),
  };
}
