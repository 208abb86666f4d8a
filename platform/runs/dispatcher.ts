import { setTimeout as delay } from 'node:timers/promises';
import { DatabaseUnavailable, TemporalRefused } from '../errors/platform.js';
import { RunEnded } from '../errors/runs.js';
import { createFailureLog } from '../observability/failure-log.js';
import type { Logger } from '../observability/logger.js';
import { type Backoff, backoffMs } from '../retry/backoff.js';
import type { WorkflowDefinition } from '../workflows/define.js';
import { createConcurrencyLimit } from './concurrency-limit.js';
import type { Backlog, LeasedRun, Run } from './run.js';
import type { Settlement } from './settle.js';
import { createStartWaiters } from './start-waiters.js';
import { createTokenBucket } from './token-bucket.js';
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
  /** Most starts that are under way at a time. */
  readonly concurrency: number;
  /** Starts of runs from the backlog in a second. */
  readonly takeoverPerSecond: number;
  readonly backlogLimit: number;
  /** How long a lease lasts, and how much of that the call of a start may take, in milliseconds. */
  readonly leaseMs: number;
  readonly callTimeoutMs: number;
}

/** Starts the workflows of accepted runs: those of its own process right after they were accepted, and whatever is due in the backlog. */
export interface Dispatcher {
  /**
   * Reserves the place of a start that is to be made right after a run is accepted.
   * @returns `undefined` when there is none, others wait already or Temporal is away: the run then goes into the backlog
   */
  reserve(): Place | undefined;
  /** Says that a run was accepted which goes into the backlog. */
  expect(): void;
  /** Whether as many runs wait for their start as may, as far as this process knows; its knowledge is at most a second old. */
  isFull(): boolean;
  /** Resolves when this process has tried to start the run, with whether it did; `false` after `waitMs` (milliseconds). */
  started(runId: string, waitMs: number): Promise<boolean>;
  /** Looks after the backlog until `signal` aborts, and returns when the starts that are under way have ended. */
  run(signal: AbortSignal): Promise<void>;
}

/** A place among the starts that may be under way at a time. Exactly one of the two is called. */
export interface Place {
  /** Starts a run that this process has the lease of; it lasts from when the place was reserved, or longer. */
  start(run: Run): void;
  giveBack(): void;
}

/** A run to be started, the lease of which was asked for at this time (of `performance.now`). */
interface Start extends LeasedRun {
  readonly askedAt: number;
  /** Whether it is one of those that are counted as waiting. */
  readonly isCounted: boolean;
}

/** What came of an attempt to start a run; one that `waits` is tried again, here or elsewhere. */
type Attempt = 'started' | 'refused' | 'waits';

/** Between two looks at a backlog in which nothing is known to wait, and between two counts of it; in milliseconds. */
const pollMs = 1_000;
/** Until a run that could not be started is tried again. */
const retryPause: Backoff = { firstMs: 500, longestMs: 10_000 };
/** Between attempts while Temporal is away: one run is tried at a time then. */
const awayPause: Backoff = { firstMs: 250, longestMs: 2_000 };

export function createDispatcher(deps: DispatcherDeps): Dispatcher {
  const { backlog, engine, settlement, catalogue, logger, options } = deps;
  const takeover = createTokenBucket(options.takeoverPerSecond);
  const temporalLog = createFailureLog(logger, {
    failing: 'Temporal takes no starts; runs wait for it',
    again: 'Temporal takes starts again',
  });
  const backlogLog = createFailureLog(logger, {
    failing: 'The backlog cannot be looked at',
    again: 'The backlog can be looked at again',
  });
  const waiters = createStartWaiters();
  const underWay = new Set<Promise<void>>();
  const limit = createConcurrencyLimit(options.concurrency);
  let taken = 0;
  /** Taken from the backlog for the places that become free next. */
  const queue: Start[] = [];
  /** Whether the backlog may hold runs that are due; how often it was said that it does. */
  let more = true;
  let expected = 0;
  let waiting = 0;
  let countedAt = Number.NEGATIVE_INFINITY;
  /** Attempts that have found Temporal away since it last took a start. */
  let failures = 0;
  let wake = () => {};

  function reserve(): Place | undefined {
    if (places() === 0 || more || failures > 0) return undefined;
    taken += 1;
    const askedAt = performance.now();
    return { start: (run) => begin({ run, attempts: 0, askedAt, isCounted: false }), giveBack };
  }

  function giveBack(): void {
    taken -= 1;
    pump();
    if (isWorthTaking()) wake();
  }

  const places = () => Math.max(0, limit.current() - taken);
  /** Runs that may be taken from the backlog: as many again as may be under way, so that no place waits for the next ones. */
  const room = () => 2 * limit.current() - taken - queue.length;
  /** They are taken several at once, not one by one as each place becomes free. */
  const isWorthTaking = () => more && room() >= limit.current();

  function pump(): void {
    for (let start = queue[0]; start && places() > 0; start = queue[0]) {
      queue.shift();
      taken += 1;
      begin(start);
    }
  }

  function begin(start: Start): void {
    const { id: runId } = start.run;
    const attempt = startOnce(start)
      .catch((err: unknown) => {
        // The lease ends by itself; whoever finds the run due then goes on with it.
        const level = err instanceof DatabaseUnavailable ? 'warn' : 'error';
        logger[level]({ err, runId }, 'What became of a start could not be recorded');
        return 'waits' as const;
      })
      .then((outcome) => {
        if (outcome === 'waits' && !start.isCounted) waiting += 1;
        if (outcome !== 'waits' && start.isCounted) waiting -= 1;
        waiters.tell(runId, outcome === 'started');
      })
      .finally(() => {
        underWay.delete(attempt);
        giveBack();
      });
    underWay.add(attempt);
  }

  async function startOnce({ run, attempts, askedAt }: Start): Promise<Attempt> {
    // A process that was stopped for a while must not make a start of which somebody may have been told that it will never come.
    if (performance.now() - askedAt > options.leaseMs - options.callTimeoutMs) return 'waits';
    const definition = catalogue.get(run.workflow);
    if (!definition) return 'waits';
    let temporalRunId: string | undefined;
    try {
      const calledAt = performance.now();
      temporalRunId = await engine.start(definition, { workflowId: run.workflowId, input: run.input });
      limit.answered(performance.now() - calledAt);
    } catch (error) {
      if (error instanceof TemporalRefused) return giveUp(run, error.code, error.message);
      failures += 1;
      more = true;
      temporalLog.failed(error);
      await backlog.release(run.id, backoffMs(retryPause, attempts));
      return 'waits';
    }
    temporalLog.worked();
    failures = 0;
    // Who waits for the start need not wait for its record.
    waiters.tell(run.id, true);
    await recordStart(run, temporalRunId);
    return 'started';
  }

  /** A start that was made before, by a process that did not come to record it, is found in Temporal. */
  async function recordStart(run: Run, temporalRunId: string | undefined): Promise<void> {
    const recorded =
      temporalRunId === undefined
        ? await settlement.settle(run)
        : await settlement.change(run, { to: 'running', temporalRunId, startedAt: new Date() });
    if (recorded.status !== 'cancelled' || recorded.temporalRunId !== null) return;
    // It was cancelled as one that nobody is starting, in spite of the lease: the clocks did not agree. It was promised never to run.
    await engine.terminate(run.workflowId, 'The run was cancelled before it started').catch((error: unknown) => {
      if (!(error instanceof RunEnded)) throw error;
    });
  }

  async function giveUp(run: Run, code: string, message: string): Promise<Attempt> {
    await settlement.change(run, { to: 'failed', failure: { code, message }, endedAt: new Date() });
    return 'refused';
  }

  async function takeOver(): Promise<void> {
    // While Temporal is away one run is tried at a time.
    const wanted = failures > 0 ? 1 - taken - queue.length : Math.min(room(), takeover.available());
    if (wanted <= 0) return;
    const [askedAt, expectedBefore] = [performance.now(), expected];
    const claimed = await backlog.claimPending(wanted);
    takeover.spend(claimed.length);
    // One that was accepted meanwhile may have come too late to be among them.
    more = claimed.length === wanted || expected !== expectedBefore;
    queue.push(...claimed.map((leased) => ({ ...leased, askedAt, isCounted: true })));
    pump();
  }

  async function count(): Promise<void> {
    if (performance.now() - countedAt < pollMs) return;
    const before = waiting;
    const counted = await backlog.countPending(options.backlogLimit);
    // What came while it was counted may be counted twice, until the next time, but not forgotten.
    waiting = counted + waiting - before;
    countedAt = performance.now();
  }

  /** Until another look is worth it: runs wait and there are places for them, or the time for the next look has come. */
  async function untilWorth(signal: AbortSignal): Promise<void> {
    const isReady = isWorthTaking();
    if (isReady && failures === 0 && takeover.untilAvailableMs() === 0) return;
    const pauseMs = failures > 0 ? backoffMs(awayPause, failures - 1) : isReady ? takeover.untilAvailableMs() : pollMs;
    const woken = new AbortController();
    // While Temporal is away, nothing but time makes another attempt worth it.
    if (failures === 0) wake = () => woken.abort();
    await delay(pauseMs, undefined, { signal: AbortSignal.any([signal, woken.signal]) }).catch(() => {});
    wake = () => {};
  }

  return {
    reserve,
    expect() {
      waiting += 1;
      expected += 1;
      more = true;
      if (isWorthTaking()) wake();
    },
    isFull: () => waiting >= options.backlogLimit,
    started: waiters.wait,
    async run(signal) {
      while (!signal.aborted) {
        try {
          await count();
          await takeOver();
          backlogLog.worked();
        } catch (error) {
          backlogLog.failed(error);
          await delay(pollMs, undefined, { signal }).catch(() => {});
        }
        await untilWorth(signal);
      }
      // Another process need not wait for their leases to end.
      const rest = queue.splice(0).map(({ run }) => backlog.release(run.id, 0).catch(() => {}));
      await Promise.all([...underWay, ...rest]);
    },
  };
}
