import { createFailureLog } from '../observability/failure-log.js';
import type { Logger } from '../observability/logger.js';
import { type Backoff, backoffMs } from '../retry/backoff.js';

/** Whether Temporal takes starts, as the last attempt found. */
export interface EngineAvailability {
  isAway(): boolean;
  /** Pause before the next attempt while Temporal is away, in milliseconds. */
  pauseMs(): number;
  failed(error: unknown): void;
  worked(): void;
}

const pause: Backoff = { firstMs: 250, longestMs: 2_000 };

export function createEngineAvailability(logger: Logger): EngineAvailability {
  const log = createFailureLog(logger, {
    failing: 'Temporal accepts no starts; runs wait',
    again: 'Temporal accepts starts again',
  });
  let failures = 0;
  return {
    isAway: () => failures > 0,
    pauseMs: () => backoffMs(pause, failures - 1),
    failed(error) {
      failures += 1;
      log.failed(error);
    },
    worked() {
      failures = 0;
      log.worked();
    },
  };
}
