import { type Duration, WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { tsToDate } from '@temporalio/common/lib/time.js';
import type { Product } from '../product.js';
import type { WorkflowEngine } from '../runs/workflow-engine.js';
import type { TemporalClient } from './connection.js';
import { describeLatest } from './describe-latest.js';
import { createCall } from './errors.js';
import { readHistory } from './history.js';
import { createMessages, whileOpen } from './messages.js';
import { problemsOf } from './problems.js';
import { waitForOutcome } from './wait-for-outcome.js';

/** A larger page blocks the process for too long while it is decoded. */
const endedPageSize = 200;

export interface WorkflowEngineOptions {
  /** Names of the task queues in Temporal. */
  readonly taskQueues: Product['taskQueues'];
  /** Deadline of each call, in milliseconds. */
  readonly timeoutMs: number;
  /** Whether histories contain the stack traces of failing workflow tasks. @default false */
  readonly stacks?: boolean;
}

/** The workflow engine of runs, on Temporal. */
export function createWorkflowEngine(
  client: TemporalClient,
  { taskQueues, timeoutMs, stacks = false }: WorkflowEngineOptions,
): WorkflowEngine {
  const call = createCall(client.connection, timeoutMs);
  const handle = (workflowId: string) => client.workflow.getHandle(workflowId);
  const { namespace } = client.options;
  const list = (query: string, pageSize: number, nextPageToken?: Uint8Array) =>
    call(() =>
      client.workflowService.listWorkflowExecutions({
        namespace,
        query,
        pageSize,
        ...(nextPageToken && { nextPageToken }),
      }),
    );

  return {
    ...createMessages(client, call),

    async start({ name, taskQueue, executionTimeout }, { workflowId, input }) {
      const options = {
        workflowId,
        taskQueue: taskQueues[taskQueue],
        workflowExecutionTimeout: executionTimeout as Duration,
        // Rejects a second start even after the first workflow has closed.
        workflowIdReusePolicy: 'REJECT_DUPLICATE' as const,
        args: [input],
      };
      try {
        return (await call(() => client.workflow.start(name, options))).firstExecutionRunId;
      } catch (error) {
        if (error instanceof WorkflowExecutionAlreadyStartedError) return undefined;
        throw error;
      }
    },

    async describe(workflowId) {
      const latest = await describeLatest(client, call, workflowId);
      if (!latest) return undefined;
      const { open, raw, runId, startTime: startedAt, closeTime: closedAt } = latest;
      const problems = await problemsOf(client, call, latest, { stacks: false });
      return { open, temporalRunId: raw.workflowExecutionInfo?.firstRunId || runId, startedAt, closedAt, problems };
    },

    result: (workflowId, waitMs, signal) => waitForOutcome(client, workflowId, waitMs, signal),
    history: (workflowId) => readHistory(client, call, workflowId, { stacks }),

    async cancel(workflowId) {
      await whileOpen(workflowId, () => call(() => handle(workflowId).cancel()));
    },
    async terminate(workflowId, reason) {
      await whileOpen(workflowId, () => call(() => handle(workflowId).terminate(reason)));
    },

    async listRunning(workflowIds) {
      const query = `WorkflowId IN (${quoted(workflowIds)}) AND ExecutionStatus = 'Running'`;
      const { executions } = await list(query, workflowIds.length);
      return new Set(executions.map(({ execution }) => execution?.workflowId ?? ''));
    },

    async endedFromOutside(workflows, since, page) {
      const { executions, nextPageToken } = await list(
        `WorkflowType IN (${quoted(workflows)}) AND ExecutionStatus IN ('Terminated', 'TimedOut') AND CloseTime >= '${since.toISOString()}'`,
        endedPageSize,
        page,
      );
      return {
        ended: executions.map(({ execution, startTime }) => ({
          workflowId: execution?.workflowId ?? '',
          startedAt: tsToDate(startTime ?? {}),
        })),
        next: nextPageToken?.length ? nextPageToken : undefined,
      };
    },
  };
}

const quoted = (texts: readonly string[]): string => texts.map((text) => `'${text}'`).join(', ');
