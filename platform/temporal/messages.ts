import { type Client, QueryNotRegisteredError, WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure, CancelledFailure, WorkflowNotFoundError } from '@temporalio/common';
import { WorkerUnavailable } from '../errors/platform.js';
import {
  MessageNotFound,
  QueryFailed,
  RunEnded,
  UpdateRejected,
  UpdateUnconfirmed,
  WorkflowTaskFailing,
} from '../errors/runs.js';
import type { WorkflowEngine } from '../runs/workflow-engine.js';
import { describeLatest } from './describe-latest.js';
import { type Call, grpcCodeOf, grpcStatus, isOverdue } from './errors.js';
import { problemsOf } from './problems.js';

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

  /** Why the workflow answers nothing; `undefined` if its workflow tasks do not fail. The server answers this without a worker. */
  async function taskFailure(workflowId: string): Promise<string | undefined> {
    const latest = await describeLatest(client, call, workflowId);
    const [first] = latest ? await problemsOf(client, call, latest, { stacks: false }) : [];
    return first?.kind === 'workflow-task-failing' ? first.failure.message : undefined;
  }

  return {
    async signal(workflowId, signal, input) {
      await whileOpen(workflowId, () => call(() => handle(workflowId).signal(signal, input)));
    },

    async query(workflowId, query) {
      try {
        return await whileOpen(workflowId, () => call(() => handle(workflowId).query(query)));
      } catch (error) {
        throw await explainQuery(error, query, () => taskFailure(workflowId));
      }
    },

    async update(workflowId, update, input, updateId) {
      const options = { args: [input] as [unknown], ...(updateId !== undefined && { updateId }) };
      try {
        return await whileOpen(workflowId, () => call(() => handle(workflowId).executeUpdate(update, options)));
      } catch (error) {
        if (error instanceof WorkflowUpdateFailedError) throw await explainUpdate(error, () => isEnding(workflowId));
        throw await explainUnconfirmed(error, () => taskFailure(workflowId));
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

/** Why the workflow tasks of a workflow fail; `undefined` if they do not. Rejects if Temporal does not answer. */
type TaskFailure = () => Promise<string | undefined>;

async function explainQuery(cause: unknown, query: string, taskFailure: TaskFailure): Promise<unknown> {
  if (cause instanceof QueryNotRegisteredError) {
    // The SDK throws this error for every failed query; the server's message tells them apart.
    return /did not register a handler|unknown ?query|not registered/i.test(cause.message)
      ? new MessageNotFound('The workflow', 'query', query)
      : new QueryFailed(cause.message, { cause });
  }
  const isRejected = grpcCodeOf(cause) === grpcStatus.failedPrecondition;
  if (!isRejected && !isOverdue(cause)) return cause;
  return taskFailure().then(
    (reason) => {
      if (reason !== undefined) return new WorkflowTaskFailing(reason, { cause });
      // If the server answers, the deadline passed because no worker polls.
      return isRejected
        ? new QueryFailed('The workflow ended before it began', { cause })
        : new WorkerUnavailable('No worker answered in time', { cause });
    },
    () => cause,
  );
}

async function explainUnconfirmed(cause: unknown, taskFailure: TaskFailure): Promise<unknown> {
  // Temporal rejects updates from the third attempt of a workflow task on.
  const isRejected = grpcCodeOf(cause) === grpcStatus.failedPrecondition;
  if (!isRejected && !isOverdue(cause)) return cause;
  const reason = await taskFailure().catch(() => undefined);
  if (isRejected) return new WorkflowTaskFailing(reason ?? "see the worker's log", { cause });
  const message =
    reason === undefined
      ? 'The workflow did not answer in time; it may have accepted the update'
      : `The workflow code fails (${reason}); it may accept the update when it is fixed`;
  return new UpdateUnconfirmed(message, { cause });
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
