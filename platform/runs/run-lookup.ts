import { RunEnded, RunNotFound, RunPending } from '../errors/runs.js';
import { type Backoff, backoffMs } from '../retry/backoff.js';
import type { Caller } from './caller.js';
import type { Dispatcher } from './dispatcher.js';
import { isFinal, type Run, type RunsRepository } from './run.js';

export interface RunLookupDeps {
  readonly repository: Pick<RunsRepository, 'find'>;
  readonly dispatcher: Pick<Dispatcher, 'waitForStart'>;
}

/** Between looks at a run that another process starts; this process hears of its own starts at once. */
const poll: Backoff = { firstMs: 100, longestMs: 1_000 };
/** How long a message waits for the start of its run, in milliseconds. */
const startWaitMs = 1_000;

/** Finds runs, and waits for their start. */
export type RunLookup = ReturnType<typeof createRunLookup>;

export function createRunLookup({ repository, dispatcher }: RunLookupDeps) {
  /** @throws {RunNotFound} */
  async function find(id: string): Promise<Run> {
    const run = await repository.find(id);
    if (!run) throw new RunNotFound(id);
    return run;
  }

  /** @throws {RunNotFound} also if this caller may not see the run */
  async function findFor(caller: Caller, id: string): Promise<Run> {
    const run = await find(id);
    if (!caller.seesAll && run.caller !== caller.name) throw new RunNotFound(id);
    return run;
  }

  /**
   * Waits until the run is no longer `pending`, `deadline` (of `performance.now`) has passed or `signal` aborts.
   * @returns the run as it is then
   */
  async function waitForStart(run: Run, deadline: number, signal?: AbortSignal): Promise<Run> {
    let current = run;
    for (let look = 0; ; look += 1) {
      const leftMs = deadline - performance.now();
      if (current.status !== 'pending' || leftMs <= 0 || signal?.aborted) return current;
      const hasStarted = await dispatcher.waitForStart(run.id, Math.min(backoffMs(poll, look), leftMs));
      if (hasStarted) return { ...current, status: 'running' };
      current = await find(run.id);
    }
  }

  return {
    find,
    findFor,
    waitForStart,
    /**
     * Finds a run that has started or does so within a second: a caller may send a message right after the start was accepted.
     * @param check - called before the wait
     * @throws {RunNotFound | RunPending}
     */
    async findStarted(caller: Caller, id: string, check: (run: Run) => void = () => {}): Promise<Run> {
      const run = await findFor(caller, id);
      check(run);
      const started = await waitForStart(run, performance.now() + startWaitMs);
      if (started.status === 'pending') throw new RunPending(id);
      return started;
    },
  };
}

/** @throws {RunEnded} */
export function assertOpen({ id, status }: Run): void {
  if (isFinal(status)) throw new RunEnded(id);
}
