import type { Client } from '@temporalio/client';
import type { RunHistory, RunStep, runHistorySchema } from '../runs/run-history.js';
import { describeLatest } from './describe-latest.js';
import { type Call, grpcCodeOf, grpcStatus } from './errors.js';
import { type ProblemOptions, problemsOf } from './problems.js';
import { type HistoryEvent, type StepChange, stepChangeOf } from './step-changes.js';
import { type ExecutionState, stepsOf } from './steps.js';

/** Only the newest steps and executions are read: a workflow may run for years. */
const maxSteps: (typeof runHistorySchema)['properties']['steps']['maxItems'] = 1_000;
const maxExecutions = 10;
/** Events contain the inputs and results of steps. A larger page blocks the process for too long while it is decoded. */
const pageSize = 250;

/**
 * The steps of a workflow so far, across all executions of its chain (continue-as-new).
 * @param call - sets the deadline of each page
 * @returns `undefined` if Temporal does not know the workflow, or no longer does
 */
export async function readHistory(
  client: Client,
  call: Call,
  workflowId: string,
  options: ProblemOptions,
): Promise<RunHistory | undefined> {
  const newest = await describeLatest(client, call, workflowId);
  if (newest === undefined) return undefined;
  let steps: RunStep[] = [];
  let runId: string | undefined = newest.runId;
  let state: ExecutionState = { open: newest.open, pendingActivities: newest.raw.pendingActivities ?? [] };
  for (let count = 0; runId !== undefined && count < maxExecutions && steps.length < maxSteps; count += 1) {
    const read = await readExecution(eventsNewestFirst(client, call, { workflowId, runId }), maxSteps - steps.length);
    if (read === undefined) break;
    steps = [...stepsOf(read.changes, state), ...steps];
    runId = read.continuedFrom;
    state = { open: false, pendingActivities: [] };
  }
  return {
    steps: steps.slice(-maxSteps),
    truncated: runId !== undefined || steps.length > maxSteps,
    problems: await problemsOf(client, call, newest, options),
  };
}

/**
 * The changes of one execution in the order of their events, and the id of the execution before it in the chain.
 * @param enough - stops after this number of steps plus one
 * @returns `undefined` if Temporal no longer has the execution
 */
async function readExecution(
  events: AsyncIterable<HistoryEvent>,
  enough: number,
): Promise<{ changes: StepChange[]; continuedFrom: string | undefined } | undefined> {
  const changes: StepChange[] = [];
  let continuedFrom: string | undefined;
  const begun = new Set<string>();
  try {
    for await (const event of events) {
      continuedFrom = event.workflowExecutionStartedEventAttributes?.continuedExecutionRunId || undefined;
      const change = stepChangeOf(event);
      if (change === undefined) continue;
      changes.push(change);
      if (change.set.kind !== undefined) begun.add(change.step);
      if (begun.size > enough) break;
    }
  } catch (error) {
    if (grpcCodeOf(error) === grpcStatus.notFound) return undefined;
    throw error;
  }
  return { changes: changes.reverse(), continuedFrom };
}

async function* eventsNewestFirst(
  client: Client,
  call: Call,
  execution: { readonly workflowId: string; readonly runId: string },
): AsyncGenerator<HistoryEvent> {
  const { namespace } = client.options;
  let nextPageToken: Uint8Array | null | undefined;
  do {
    const page = await call(() =>
      client.workflowService.getWorkflowExecutionHistoryReverse({
        namespace,
        execution,
        maximumPageSize: pageSize,
        ...(nextPageToken && { nextPageToken }),
      }),
    );
    yield* page.history?.events ?? [];
    nextPageToken = page.nextPageToken;
  } while (nextPageToken?.length);
}
