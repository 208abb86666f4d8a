import { TemporalRefused } from '../errors/platform.js';
import type { Logger } from '../observability/logger.js';
import { type Backoff, backoffMs } from '../retry/backoff.js';
import type { Catalogue } from '../workflows/catalogue.js';
import type { BacklogView } from './backlog-view.js';
import type { ConcurrencyLimit } from './concurrency-limit.js';
import type { EngineAvailability } from './engine-availability.js';
import { logUnrecorded, recordStart } from './record-start.js';
import type { Backlog } from './run.js';
import type { Settlement } from './settle.js';
import type { PlannedStart } from './start-pool.js';
import type { StartRecorder } from './start-recorder.js';
import type { StartWaiters } from './start-waiters.js';
import type { WorkflowEngine } from './workflow-engine.js';

export interface StartDeps {
  readonly backlog: Backlog;
  readonly engine: WorkflowEngine;
  readonly settlement: Settlement;
  readonly catalogue: Catalogue;
  readonly logger: Logger;
  readonly options: StartOptions;
}

export interface StartOptions {
  /** Maximum number of starts in flight. */
  readonly concurrency: number;
  /** Runs that are taken from the backlog per second. */
  readonly takeoverPerSecond: number;
  /** Runs that may wait for their start. */
  readonly backlogLimit: number;
  /** Duration of a lease, in milliseconds. */
  readonly leaseMs: number;
  /** Part of the lease that the call of a start may take, in milliseconds. */
  readonly callTimeoutMs: number;
}

export interface StarterDeps extends StartDeps {
  readonly limit: ConcurrencyLimit;
  readonly view: BacklogView;
  readonly availability: EngineAvailability;
  readonly waiters: StartWaiters;
  readonly recorder: StartRecorder;
}

/** `deferred`: the run still waits for its start, here or elsewhere. */
type StartResult = 'started' | 'refused' | 'deferred';

/** Pause before a run that could not be started is due again. */
const retryPause: Backoff = { firstMs: 500, longestMs: 10_000 };

/** @returns a function that makes one attempt to start a run, and never rejects */
export function createStarter(deps: StarterDeps): (planned: PlannedStart) => Promise<void> {
  const { view, waiters, logger } = deps;
  return async (planned) => {
    const { id: runId } = planned.run;
    const result = await start(deps, planned).catch((err: unknown): StartResult => {
      logUnrecorded(logger, err, runId, 'Cannot record the result of a start');
      return 'deferred';
    });
    if (result === 'deferred' && !planned.fromBacklog) view.returned();
    if (result !== 'deferred' && planned.fromBacklog) view.removed();
    waiters.notify(runId, result === 'started');
  };
}

/** @throws if the result could not be recorded */
async function start(deps: StarterDeps, { run, attempts, askedAt }: PlannedStart): Promise<StartResult> {
  const { backlog, engine, settlement, catalogue, options, limit, view, availability, recorder } = deps;
  // Skip the start after a pause longer than the lease: the run may have been cancelled in the meantime.
  if (performance.now() - askedAt > options.leaseMs - options.callTimeoutMs) return 'deferred';
  const definition = catalogue.get(run.workflow);
  if (!definition) return 'deferred';
  let temporalRunId: string | undefined;
  try {
    const calledAt = performance.now();
    temporalRunId = await engine.start(definition, { workflowId: run.workflowId, input: run.input });
    limit.answered(performance.now() - calledAt);
  } catch (error) {
    if (error instanceof TemporalRefused) {
      const { code, message } = error;
      await settlement.change(run, { to: 'failed', failure: { code, message }, endedAt: new Date() });
      return 'refused';
    }
    availability.failed(error);
    view.expectDue();
    await backlog.release(run.id, backoffMs(retryPause, attempts));
    return 'deferred';
  }
  availability.worked();
  if (temporalRunId === undefined) await recordStart(deps, run);
  else recorder.add(run, { temporalRunId, startedAt: new Date() });
  return 'started';
}
