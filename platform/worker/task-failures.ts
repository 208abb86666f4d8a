import type { InjectedSinks } from '@temporalio/worker';
import type { Logger } from '../observability/logger.js';
import { projectFrames } from '../observability/project-frames.js';
import type { Attempt } from '../runs/problem-recorder.js';
import { runIdOf, workflowIdOf } from '../runs/workflow-id.js';
import type { FailingSinks, ThrownError } from '../workflows/report-failing.js';

export interface TaskFailuresDeps {
  readonly logger: Logger;
  readonly onAttempt: (attempt: Attempt) => void;
}

interface Execution {
  readonly workflowType: string;
  readonly workflowId: string;
  /** Temporal's id of the execution. */
  readonly runId: string;
}

/** More executions than a worker has cached. */
const maxExecutions = 10_000;
/** The core reports a failed task right after the workflow code that threw; in milliseconds. */
const sameFailureMs = 2_000;
/** Of a message or a stack trace, in characters. */
const maxLength = 4_000;

/** The run of a workflow; `undefined` for nearly all that are no run, such as children: their ids do not begin with their type. */
export function ownRunOf(workflow: string, workflowId: string): string | undefined {
  const runId = runIdOf(workflowId);
  return runId !== undefined && workflowIdOf(workflow, runId) === workflowId ? runId : undefined;
}

/** Logs and reports workflow code that fails in this worker. */
export function createTaskFailures({ logger, onAttempt }: TaskFailuresDeps) {
  const executions = new Map<string, Execution>();
  const reportedAt = new Map<string, number>();

  function log(
    { workflowType, workflowId, runId }: Execution,
    { type, message, stack }: ThrownError,
    what: string,
  ): void {
    const err = Object.assign(new Error(message), { code: type, stack });
    logger.warn({ workflow: workflowType, runId: runIdOf(workflowId), workflowId, temporalRunId: runId, err }, what);
  }

  function taskFails(execution: Execution, { type, message, stack }: ThrownError): void {
    const { workflowType, workflowId, runId } = execution;
    reportedAt.set(runId, performance.now());
    setTimeout(() => reportedAt.delete(runId), sameFailureMs).unref();
    log(execution, { type, message, stack }, 'Workflow task failed; Temporal retries it until the code is fixed');
    if (ownRunOf(workflowType, workflowId) === undefined) return;
    const short = (text: string) => text.slice(0, maxLength);
    const frames = projectFrames(stack);
    const taskFailure = {
      code: type,
      message: short(message),
      ...(frames !== undefined && { stack: short(frames) }),
    };
    onAttempt({ workflowId, fails: true, taskFailure });
  }

  const sinks: InjectedSinks<FailingSinks> = {
    failings: {
      begun: {
        fn({ workflowType, workflowId, runId }) {
          executions.set(runId, { workflowType, workflowId, runId });
          const [oldest] = executions.keys();
          if (executions.size > maxExecutions && oldest !== undefined) executions.delete(oldest);
        },
        callDuringReplay: true,
      },
      runFails: { fn: (execution, error) => log(execution, error, 'Run failed'), callDuringReplay: false },
      taskFails: { fn: taskFails, callDuringReplay: false },
    },
  };

  return {
    sinks,
    /**
     * For the core's report of a failed task. Workflow code is not the only reason: a task also fails if the code does not match the history.
     * @param details - the failure, in the format of the core's log
     */
    coreReported(runId: string, details: string): void {
      const execution = executions.get(runId) ?? { workflowType: 'unknown', workflowId: 'unknown', runId };
      if (reportedAt.has(runId)) return;
      taskFails(execution, { type: 'Error', message: messageIn(details), stack: undefined });
    },
  };
}

/** The first message in a failure as Rust prints it. */
function messageIn(details: string): string {
  const text = /message: ("(?:[^"\\]|\\.)*")/.exec(details)?.[1];
  try {
    return text === undefined ? details : (JSON.parse(text) as string);
  } catch {
    return details;
  }
}
