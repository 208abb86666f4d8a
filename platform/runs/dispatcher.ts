import { createBacklogView } from './backlog-view.js';
import { createConcurrencyLimit } from './concurrency-limit.js';
import { createEngineAvailability } from './engine-availability.js';
import { createStartPool, type Slot } from './start-pool.js';
import { createStartRecorder } from './start-recorder.js';
import { createStartWaiters } from './start-waiters.js';
import { createStarter, type StartDeps } from './starter.js';
import { createTakeover } from './takeover.js';

/** Starts the workflows of accepted runs: those of this process right after they were accepted, and the due runs of the backlog. */
export type Dispatcher = ReturnType<typeof createDispatcher>;

export function createDispatcher(deps: StartDeps) {
  const { backlog, logger, options } = deps;
  const limit = createConcurrencyLimit(options.concurrency);
  const view = createBacklogView(backlog, options.backlogLimit);
  const availability = createEngineAvailability(logger);
  const waiters = createStartWaiters();
  const recorder = createStartRecorder(deps);
  const attempt = createStarter({ ...deps, limit, view, availability, waiters, recorder });
  const pool = createStartPool({ limit, attempt, onFree: () => takeover.wake() });
  const takeover = createTakeover({ pool, view, availability, logger, perSecond: options.takeoverPerSecond });

  return {
    /**
     * Reserves a slot for the start of a run that is about to be accepted.
     * @returns `undefined` if no slot is free, older runs wait or Temporal is away: the run then goes into the backlog
     */
    reserve: (): Slot | undefined => (view.mayHaveDue() || availability.isAway() ? undefined : pool.reserve()),
    /** Reports that a run was accepted into the backlog. */
    addedToBacklog(): void {
      view.added();
      takeover.wake();
    },
    /** Whether the backlog is full, as far as this process knows; its knowledge is at most a second old. */
    isBacklogFull: view.isFull,
    /** Resolves after this process has tried to start the run, with whether it did; `false` after `waitMs` (milliseconds). */
    waitForStart: async (runId: string, waitMs: number): Promise<boolean> =>
      recorder.has(runId) || waiters.wait(runId, waitMs),
    recordEnd: recorder.recordEnd,
    /** Serves the backlog until `signal` aborts. Resolves when the starts in flight have ended and are recorded. */
    async run(signal: AbortSignal): Promise<void> {
      await takeover.run(signal);
      // Release the leases, so that other processes need not wait for their end.
      const released = pool.clear().map(({ run }) => backlog.release(run.id, 0).catch(() => {}));
      await Promise.all([pool.idle(), ...released]);
      await recorder.flush();
    },
  };
}
