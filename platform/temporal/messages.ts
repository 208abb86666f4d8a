import { type Client, QueryNotRegisteredError, WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure, CancelledFailure, WorkflowNotFoundError } from '@temporalio/common';
import { WorkerUnavailable } from '../errors/platform.js';
import { MessageNotFound, QueryFailed, RunEnded, UpdateRejected, UpdateUnconfirmed } from '../errors/runs.js';
import type { WorkflowEngine } from '../runs/workflow-engine.js';
import { type Call, grpcCodeOf, grpcStatus, isOverdue } from './errors.js';

/** Sends messages to workflows. @param call - sets the deadline of each call */
export function createMessages(client: Client, call: Call): Pick<WorkflowEngine, 'signal' | 'query' | 'update'> {
  const handle = (workflowId: string) => client.workflow.getHandle(workflowId);
  const describe = (workflowId: string) => call(() => handle(workflowId).describe());

  /** A handler may also have cancelled a scope of its own, in a run that continues. */
  const isEnding = (workflowId: string): Promise<boolean> =>
    describe(workflowId).then(
      ({ status, raw }) => status.name !== 'RUNNING' || raw.workflowExtendedInfo?.cancelRequested === true,
      () => true,
    );

  return {
    async signal(workflowId, signal, input) {
      await whileOpen(workflowId, () => call(() => handle(workflowId).signal(signal, input)));
    },

    async query(workflowId, query) {
      try {
        return await whileOpen(workflowId, () => call(() => handle(workflowId).query(query)));
      } catch (error) {
        throw await explainQuery(error, query, () => describe(workflowId));
      }
    },

    async update(workflowId, update, input, updateId) {
      const options = { args: [input] as [unknown], ...(updateId !== undefined && { updateId }) };
      try {
        return await whileOpen(workflowId, () => call(() => handle(workflowId).executeUpdate(update, options)));
      } catch (error) {
        if (error instanceof WorkflowUpdateFailedError) throw await explainUpdate(error, () => isEnding(workflowId));
        throw explainUnconfirmed(error);
      }
    },
  };
}

/** Temporal answers that a closed workflow was not found; its run has ended. */
export async function whileOpen<T>(workflowId: string, send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) throw new RunEnded(workflowId, { cause: error });
    throw error;
  }
}

/** @param describe - a call that the server answers without a worker */
async function explainQuery(error: unknown, query: string, describe: () => Promise<unknown>): Promise<unknown> {
  if (error instanceof QueryNotRegisteredError) {
    // The SDK throws this error for every failed query; the server's message tells them apart.
    return /did not register a handler|unknown ?query|not registered/i.test(error.message)
      ? new MessageNotFound('The workflow', 'query', query)
      : new QueryFailed(error.message, { cause: error });
  }
  // The workflow ended before its first task, or its tasks fail: a retry does not help.
  if (grpcCodeOf(error) === grpcStatus.failedPrecondition) {
    return new QueryFailed('The workflow ended before it began, or its workflow tasks fail', { cause: error });
  }
  if (!isOverdue(error)) return error;
  // If the server answers, the deadline passed because no worker polls.
  return describe().then(
    () => new WorkerUnavailable('No worker answered in time', { cause: error }),
    () => error,
  );
}

function explainUnconfirmed(cause: unknown): unknown {
  if (grpcCodeOf(cause) === grpcStatus.failedPrecondition) {
    return new UpdateUnconfirmed("The run's workflow tasks fail, so it takes no updates: see the worker's log", {
      cause,
    });
  }
  if (!isOverdue(cause)) return cause;
  return new UpdateUnconfirmed('The workflow did not answer in time; it may have accepted the update', { cause });
}

/** Temporal's failure type for an update whose workflow closed while the update was running. */
const runEndedFirst = 'AcceptedUpdateCompletedWorkflow';

/**
 * Distinguishes an update that the workflow rejected from one whose run ended first.
 * @param isEnding - whether the run has ended, or its cancellation was requested
 */
async function explainUpdate(
  error: WorkflowUpdateFailedError,
  isEnding: () => Promise<boolean>,
): Promise<UpdateRejected | UpdateUnconfirmed> {
  const { cause } = error;
  const isEnded = cause instanceof ApplicationFailure && cause.type === runEndedFirst;
  // Cancellation of a run cancels what its updates wait for: a timer, or an activity or child workflow, whose failure wraps it.
  const isCancelled = [cause, cause?.cause].some((failure) => failure instanceof CancelledFailure);
  if (isEnded || (isCancelled && (await isEnding()))) {
    return new UpdateUnconfirmed('The run ended while the update was running; parts of it may have taken effect', {
      cause: error,
    });
  }
  return new UpdateRejected(cause?.message ?? error.message, { cause: error });
}
