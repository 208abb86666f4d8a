import { createFailureLog } from '../observability/failure-log.js';
import type { Logger } from '../observability/logger.js';
import { type Backoff, backoffMs } from '../retry/backoff.js';

const pause: Backoff = { firstMs: 250, longestMs: 2_000 };

/** Whether Temporal takes starts, as the last attempt found. */
export type EngineAvailability = ReturnType<typeof createEngineAvailability>;

export function createEngineAvailability(logger: Logger) {
  const log = createFailureLog(logger, 'Temporal accepts no starts; runs wait', 'Temporal accepts starts again');
  let failures = 0;
  return {
    isAway: () => failures > 0,
    /** Pause before the next attempt while Temporal is away, in milliseconds. */
    pauseMs: () => backoffMs(pause, failures - 1),
    failed(error: unknown): void {
      failures += 1;
      log.failed(error);
    },
    worked(): void {
      failures = 0;
      log.worked();
    },
  };
}
