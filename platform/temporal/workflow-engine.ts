import {
  type Client,
  type Connection,
  isGrpcCancelledError,
  isGrpcDeadlineError,
  QueryNotRegisteredError,
  WorkflowFailedError,
  WorkflowUpdateFailedError,
} from '@temporalio/client';
import { type Duration, WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/common';
import { WorkerUnavailable } from '../errors/platform.js';
import { MessageNotFound, QueryFailed, RunEnded, UpdateUnconfirmed } from '../errors/runs.js';
import type { Outcome } from '../runs/run.js';
import type { ClosedExecution, WorkflowEngine } from '../runs/workflow-engine.js';
import { attemptOf } from './attempt.js';
import { createCall, grpcCodeOf, grpcStatus, isOverdue, translateTemporalError } from './errors.js';
import { readHistory } from './history.js';
import { outcomeOfFailure } from './outcome.js';
import { explainUpdate } from './update-failure.js';

/** Larger ones keep the process from everything else while they are read. */
const visibilityPageSize = 200;

/**
 * Temporal as the engine of runs.
 * @param timeoutMs - deadline of each call, in milliseconds
 */
export function createWorkflowEngine(
  client: Client & { readonly connection: Connection },
  timeoutMs: number,
): WorkflowEngine {
  const call = createCall(client.connection, timeoutMs);
  const handle = (workflowId: string) => client.workflow.getHandle(workflowId);

  /** Queries are answered by a worker: where the frontend answers, a deadline that passed means that none polls. */
  async function explainSilence(workflowId: string, error: unknown): Promise<unknown> {
    if (!isOverdue(error)) return error;
    const answers = await call(() => handle(workflowId).describe()).then(
      () => true,
      () => false,
    );
    return answers ? new WorkerUnavailable('No worker answered in time', { cause: error }) : error;
  }

  /** A handler may also have cancelled a scope of its own, in a run that goes on. */
  const isEnding = (workflowId: string): Promise<boolean> =>
    call(() => handle(workflowId).describe()).then(
      ({ status, raw }) => status.name !== 'RUNNING' || raw.workflowExtendedInfo?.cancelRequested === true,
      () => true,
    );

  return {
    async start(definition, { workflowId, input }) {
      try {
        const started = await call(() =>
          client.workflow.start(definition.name, {
            workflowId,
            taskQueue: definition.taskQueue,
            workflowExecutionTimeout: definition.executionTimeout as Duration,
            workflowIdReusePolicy: 'REJECT_DUPLICATE',
            args: [input],
          }),
        );
        return started.firstExecutionRunId;
      } catch (error) {
        if (error instanceof WorkflowExecutionAlreadyStartedError) return undefined;
        throw error;
      }
    },

    async describe(workflowId) {
      try {
        const found = await call(() => handle(workflowId).describe());
        return {
          open: found.status.name === 'RUNNING' || found.status.name === 'PAUSED',
          temporalRunId: found.raw.workflowExecutionInfo?.firstRunId || found.runId,
          startedAt: found.startTime,
          closedAt: found.closeTime,
        };
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return undefined;
        throw error;
      }
    },

    history: (workflowId) => readHistory(client, call, workflowId),

    async result(workflowId, waitMs, signal) {
      return waitAtMost(waitMs, signal, (ended) =>
        // The deadline ends the SDK's own loop, which does not look at the signal between two calls.
        client.connection.withDeadline(Date.now() + waitMs, () =>
          client.connection.withAbortSignal(ended, () => outcomeOf(client, workflowId)),
        ),
      );
    },

    async signal(workflowId, signal, input) {
      await whileOpen(workflowId, () => call(() => handle(workflowId).signal(signal, input)));
    },

    async query(workflowId, query) {
      try {
        return await whileOpen(workflowId, () => call(() => handle(workflowId).query(query)));
      } catch (error) {
        if (error instanceof QueryNotRegisteredError) throw explainQuery(error, query);
        // It was ended before its first task, or its tasks fail: there is nobody who could answer, however often it is asked.
        if (grpcCodeOf(error) === grpcStatus.failedPrecondition) {
          throw new QueryFailed('The workflow has ended before it began, or cannot go on', { cause: error });
        }
        throw await explainSilence(workflowId, error);
      }
    },

    async update(workflowId, update, input, updateId) {
      try {
        return await whileOpen(workflowId, () =>
          call(() =>
            handle(workflowId).executeUpdate(update, { args: [input], ...(updateId !== undefined && { updateId }) }),
          ),
        );
      } catch (error) {
        if (error instanceof WorkflowUpdateFailedError) throw await explainUpdate(error, () => isEnding(workflowId));
        if (grpcCodeOf(error) === grpcStatus.failedPrecondition) {
          const why = "The workflow's tasks fail, so that it takes no update now; the log of the worker says why";
          throw new UpdateUnconfirmed(why, { cause: error });
        }
        if (!isOverdue(error)) throw error;
        throw new UpdateUnconfirmed('The workflow did not answer in time; it may have taken the update', {
          cause: error,
        });
      }
    },

    async cancel(workflowId) {
      await whileOpen(workflowId, () => call(() => handle(workflowId).cancel()));
    },

    async terminate(workflowId, reason) {
      await whileOpen(workflowId, () => call(() => handle(workflowId).terminate(reason)));
    },

    async endedFromOutside(workflows, since) {
      const types = workflows.map((name) => `'${name}'`).join(', ');
      const query = `WorkflowType IN (${types}) AND ExecutionStatus IN ('Terminated', 'TimedOut') AND CloseTime >= '${since.toISOString()}'`;
      return call(async () => {
        const found: ClosedExecution[] = [];
        for await (const { workflowId, startTime } of client.workflow.list({ query, pageSize: visibilityPageSize }))
          found.push({ workflowId, startedAt: startTime });
        return found;
      });
    },
  };
}

/** Temporal says of a closed workflow that it was not found; whoever sends it something wants to know that it has ended. */
async function whileOpen<T>(workflowId: string, send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) throw new RunEnded(workflowId, { cause: error });
    throw error;
  }
}

/** The SDK takes every failure of a query for one that is not registered; the server's words tell them apart. */
function explainQuery(error: QueryNotRegisteredError, query: string): unknown {
  if (/did not register a handler|unknown ?query|not registered/i.test(error.message)) {
    return new MessageNotFound('The workflow', 'query', query);
  }
  return new QueryFailed(error.message, { cause: error });
}

async function outcomeOf(client: Client, workflowId: string): Promise<Outcome | undefined> {
  try {
    return { status: 'completed', result: (await client.workflow.getHandle(workflowId).result()) ?? null };
  } catch (error) {
    if (error instanceof WorkflowFailedError) {
      return outcomeOfFailure(error, await attemptOf(client, workflowId, error));
    }
    if (isGrpcCancelledError(error) || isGrpcDeadlineError(error)) return undefined;
    throw translateTemporalError(error);
  }
}

/** Gives `run` a signal that aborts when `waitMs` have passed or `signal` aborts, and does not wait for it any longer then. */
async function waitAtMost<T>(
  waitMs: number,
  signal: AbortSignal | undefined,
  run: (ended: AbortSignal) => Promise<T>,
): Promise<T | undefined> {
  if (signal?.aborted) return undefined;
  const wait = new AbortController();
  const end = () => wait.abort();
  const timer = setTimeout(end, waitMs);
  signal?.addEventListener('abort', end, { once: true, signal: wait.signal });
  const ended = new Promise<undefined>((resolve) => {
    wait.signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  try {
    return await Promise.race([run(wait.signal), ended]);
  } finally {
    clearTimeout(timer);
    end();
  }
}
