import { setTimeout as delay } from 'node:timers/promises';
import { createFailureLog } from '../observability/failure-log.js';
import type { Logger } from '../observability/logger.js';
import type { BacklogView } from './backlog-view.js';
import type { EngineAvailability } from './engine-availability.js';
import type { StartPool } from './start-pool.js';
import { createTokenBucket } from './token-bucket.js';
import { createWakeablePause } from './wakeable-pause.js';

export interface TakeoverDeps {
  readonly pool: StartPool;
  readonly view: BacklogView;
  readonly availability: EngineAvailability;
  readonly logger: Logger;
  /** Runs that are taken from the backlog per second. */
  readonly perSecond: number;
}

/** Between two claims while the backlog is not known to hold runs, in milliseconds. */
const pollMs = 1_000;

/** Takes due runs from the backlog and gives them to the pool. */
export function createTakeover({ pool, view, availability, logger, perSecond }: TakeoverDeps) {
  const bucket = createTokenBucket(perSecond);
  const log = createFailureLog(logger, 'Cannot read the backlog', 'Can read the backlog again');
  const pause = createWakeablePause();

  const isWorthwhile = () => view.mayHaveDue() && pool.hasRoomForBatch();

  async function takeOver(): Promise<void> {
    // While Temporal is away, try one run at a time.
    const wanted = availability.isAway() ? 1 - pool.size() : Math.min(pool.room(), bucket.available());
    if (wanted <= 0) return;
    const askedAt = performance.now();
    const claimed = await view.claim(wanted);
    bucket.spend(claimed.length);
    pool.enqueue(claimed.map((leased) => ({ ...leased, askedAt, fromBacklog: true })));
  }

  function pauseMs(): number {
    if (availability.isAway()) return availability.pauseMs();
    return isWorthwhile() ? bucket.untilAvailableMs() : pollMs;
  }

  return {
    /** Ends the current pause if there are runs to take and room for them. */
    wake(): void {
      // While Temporal is away, only time makes another attempt worthwhile.
      if (!availability.isAway() && isWorthwhile()) pause.wake();
    },
    /** Runs until `signal` aborts. Failures are logged and retried. */
    async run(signal: AbortSignal): Promise<void> {
      while (!signal.aborted) {
        try {
          await view.refresh();
          await takeOver();
          log.worked();
        } catch (error) {
          log.failed(error);
          await delay(pollMs, undefined, { signal }).catch(() => {});
        }
        const ms = pauseMs();
        if (ms > 0) await pause.wait(ms, signal);
      }
    },
  };
}
