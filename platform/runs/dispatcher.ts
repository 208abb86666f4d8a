import { DatabaseUnavailable } from '../errors/platform.js';
import type { Logger } from '../observability/logger.js';
import type { WorkflowDefinition } from '../workflows/define.js';
import { type BacklogView, createBacklogView } from './backlog-view.js';
import { createConcurrencyLimit } from './concurrency-limit.js';
import { createEngineAvailability } from './engine-availability.js';
import type { Backlog } from './run.js';
import type { Settlement } from './settle.js';
import { createStartPool, type PlannedStart, type Slot } from './start-pool.js';
import { createStartWaiters, type StartWaiters } from './start-waiters.js';
import { createStarter, type StartResult } from './starter.js';
import { createTakeover, type Takeover } from './takeover.js';
import type { WorkflowEngine } from './workflow-engine.js';

export interface DispatcherDeps {
  readonly backlog: Backlog;
  readonly engine: Pick<WorkflowEngine, 'start' | 'terminate'>;
  readonly settlement: Settlement;
  readonly catalogue: ReadonlyMap<string, WorkflowDefinition>;
  readonly logger: Logger;
  readonly options: DispatcherOptions;
}

export interface DispatcherOptions {
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

/** Starts the workflows of accepted runs: those of this process right after they were accepted, and the due runs of the backlog. */
export interface Dispatcher {
  /**
   * Reserves a slot for the start of a run that is about to be accepted.
   * @returns `undefined` if no slot is free, older runs wait or Temporal is away: the run then goes into the backlog
   */
  reserve(): Slot | undefined;
  /** Reports that a run was accepted into the backlog. */
  addedToBacklog(): void;
  /** Whether the backlog is full, as far as this process knows; its knowledge is at most a second old. */
  isBacklogFull(): boolean;
  /** Resolves after this process has tried to start the run, with whether it did; `false` after `waitMs` (milliseconds). */
  waitForStart(runId: string, waitMs: number): Promise<boolean>;
  /** Serves the backlog until `signal` aborts. Resolves when the starts in flight have ended. */
  run(signal: AbortSignal): Promise<void>;
}

export function createDispatcher(deps: DispatcherDeps): Dispatcher {
  const { backlog, logger, options } = deps;
  const limit = createConcurrencyLimit(options.concurrency);
  const view = createBacklogView(backlog, options.backlogLimit);
  const availability = createEngineAvailability(logger);
  const waiters = createStartWaiters();
  const start = createStarter({
    ...deps,
    events: {
      answered: limit.answered,
      started(runId) {
        availability.worked();
        waiters.notify(runId, true);
      },
      unavailable(error) {
        availability.failed(error);
        view.expectDue();
      },
    },
  });
  const attempt = createAttempt({ start, view, waiters, logger });
  const pool = createStartPool({ limit, attempt, onFree: () => takeover.wake() });
  const takeover: Takeover = createTakeover({
    pool,
    view,
    availability,
    logger,
    perSecond: options.takeoverPerSecond,
  });

  return {
    reserve: () => (view.mayHaveDue() || availability.isAway() ? undefined : pool.reserve()),
    addedToBacklog() {
      view.added();
      takeover.wake();
    },
    isBacklogFull: view.isFull,
    waitForStart: waiters.wait,
    async run(signal) {
      await takeover.run(signal);
      // Release the leases, so that other processes need not wait for their end.
      const released = pool.clear().map(({ run }) => backlog.release(run.id, 0).catch(() => {}));
      await Promise.all([pool.idle(), ...released]);
    },
  };
}

interface AttemptDeps {
  readonly start: (start: PlannedStart) => Promise<StartResult>;
  readonly view: BacklogView;
  readonly waiters: StartWaiters;
  readonly logger: Logger;
}

/** An attempt to start a run, with its consequences. Never rejects. */
function createAttempt({ start, view, waiters, logger }: AttemptDeps) {
  return async (planned: PlannedStart): Promise<void> => {
    const { id: runId } = planned.run;
    const result = await start(planned).catch((err: unknown): StartResult => {
      // The lease ends by itself; the process that then claims the run continues.
      logger[err instanceof DatabaseUnavailable ? 'warn' : 'error'](
        { err, runId },
        'Cannot record the result of a start',
      );
      return 'deferred';
    });
    if (result === 'deferred' && !planned.fromBacklog) view.returned();
    if (result !== 'deferred' && planned.fromBacklog) view.removed();
    waiters.notify(runId, result === 'started');
  };
}
