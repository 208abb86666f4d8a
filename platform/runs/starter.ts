import { TemporalRefused } from '../errors/platform.js';
import { RunEnded } from '../errors/runs.js';
import { type Backoff, backoffMs } from '../retry/backoff.js';
import type { WorkflowDefinition } from '../workflows/define.js';
import type { Backlog, Run } from './run.js';
import type { Settlement } from './settle.js';
import type { PlannedStart } from './start-pool.js';
import type { WorkflowEngine } from './workflow-engine.js';

export interface StarterDeps {
  readonly backlog: Pick<Backlog, 'release'>;
  readonly engine: Pick<WorkflowEngine, 'start' | 'terminate'>;
  readonly settlement: Pick<Settlement, 'change' | 'settle'>;
  readonly catalogue: ReadonlyMap<string, WorkflowDefinition>;
  readonly options: { readonly leaseMs: number; readonly callTimeoutMs: number };
  readonly events: StarterEvents;
}

export interface StarterEvents {
  /** The engine answered after this time, in milliseconds. */
  answered(latencyMs: number): void;
  /** The workflow has started; the record follows. */
  started(runId: string): void;
  /** The engine did not take the start; the run returns to the backlog. */
  unavailable(error: unknown): void;
}

/** `deferred`: the run still waits for its start, here or elsewhere. */
export type StartResult = 'started' | 'refused' | 'deferred';

/** Pause before a run that could not be started is due again. */
const retryPause: Backoff = { firstMs: 500, longestMs: 10_000 };

/** Makes one attempt to start a run. @throws if the result could not be recorded; the lease then ends by itself */
export function createStarter({ backlog, engine, settlement, catalogue, options, events }: StarterDeps) {
  /** The engine reports a start that an earlier process made and did not record as a used id. */
  async function recordStart(run: Run, temporalRunId: string | undefined): Promise<void> {
    const recorded =
      temporalRunId === undefined
        ? await settlement.settle(run)
        : await settlement.change(run, { to: 'running', temporalRunId, startedAt: new Date() });
    if (recorded.status !== 'cancelled' || recorded.temporalRunId !== null) return;
    // The run was cancelled in spite of the lease, because clocks differ. Its caller relies on it never starting.
    await engine.terminate(run.workflowId, 'The run was cancelled before it started').catch((error: unknown) => {
      if (!(error instanceof RunEnded)) throw error;
    });
  }

  async function fail(run: Run, { code, message }: TemporalRefused): Promise<StartResult> {
    await settlement.change(run, { to: 'failed', failure: { code, message }, endedAt: new Date() });
    return 'refused';
  }

  return async ({ run, attempts, askedAt }: PlannedStart): Promise<StartResult> => {
    // Skip the start after a pause longer than the lease: the run may have been cancelled in the meantime.
    if (performance.now() - askedAt > options.leaseMs - options.callTimeoutMs) return 'deferred';
    const definition = catalogue.get(run.workflow);
    if (!definition) return 'deferred';
    let temporalRunId: string | undefined;
    try {
      const calledAt = performance.now();
      temporalRunId = await engine.start(definition, { workflowId: run.workflowId, input: run.input });
      events.answered(performance.now() - calledAt);
    } catch (error) {
      if (error instanceof TemporalRefused) return fail(run, error);
      events.unavailable(error);
      await backlog.release(run.id, backoffMs(retryPause, attempts));
      return 'deferred';
    }
    events.started(run.id);
    await recordStart(run, temporalRunId);
    return 'started';
  };
}
