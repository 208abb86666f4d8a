import { DatabaseUnavailable } from '../errors/platform.js';
import { RunEnded } from '../errors/runs.js';
import type { Logger } from '../observability/logger.js';
import type { Run, Started } from './run.js';
import type { Settlement } from './settle.js';
import type { WorkflowEngine } from './workflow-engine.js';

export interface RecordStartDeps {
  readonly engine: Pick<WorkflowEngine, 'terminate'>;
  readonly settlement: Pick<Settlement, 'change' | 'settle'>;
}

/**
 * Records that the workflow of a run has started.
 * @param started - absent if an earlier process made the start and did not record it: the engine then says what became of it
 * @returns the run as recorded
 */
export async function recordStart({ engine, settlement }: RecordStartDeps, run: Run, started?: Started): Promise<Run> {
  const recorded =
    started === undefined ? await settlement.settle(run) : await settlement.change(run, { to: 'running', ...started });
  if (recorded.status !== 'cancelled' || recorded.temporalRunId !== null) return recorded;
  // The run was cancelled in spite of the lease, because clocks differ. Its caller relies on it never starting.
  await engine.terminate(run.workflowId, 'The run was cancelled before it started').catch((error: unknown) => {
    if (!(error instanceof RunEnded)) throw error;
  });
  return recorded;
}

/** Logs that something of a start could not be recorded. The lease ends by itself; the process that then claims the run continues. */
export function logUnrecorded(
  logger: Pick<Logger, 'warn' | 'error'>,
  err: unknown,
  runId: string,
  message: string,
): void {
  logger[err instanceof DatabaseUnavailable ? 'warn' : 'error']({ err, runId }, message);
}
