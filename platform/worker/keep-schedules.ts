import { setTimeout as delay } from 'node:timers/promises';
import type { ScheduleElection } from '../database/schedule-election.js';
import { createFailureLog } from '../observability/failure-log.js';
import type { Logger } from '../observability/logger.js';
import { type Backoff, backoffMs } from '../retry/backoff.js';

/** Between two passes, in milliseconds. */
const passMs = 20_000;
/** How long a process counts as alive after its last pass, in milliseconds. */
export const aliveMs = 60_000;
const backoff: Backoff = { firstMs: 1_000, longestMs: passMs };

export interface KeepSchedulesDeps {
  readonly election: ScheduleElection;
  /** Makes the schedules in Temporal those of this version. */
  readonly apply: () => Promise<void>;
  readonly logger: Logger;
}

/**
 * Keeps the schedules in Temporal as this version defines them, until `signal` aborts, if this process is elected to do so. Retries while
 * Temporal or PostgreSQL is away. Never rejects.
 */
export async function keepSchedules(
  { election, apply, logger }: KeepSchedulesDeps,
  signal: AbortSignal,
): Promise<void> {
  const log = createFailureLog(logger, 'Cannot apply the schedules; retrying', 'Applied the schedules');
  for (let failures = 0; !signal.aborted; ) {
    try {
      if (await election.stand()) await apply();
      failures = 0;
      log.worked();
    } catch (error) {
      failures += 1;
      log.failed(error);
    }
    const pauseMs = failures === 0 ? passMs : backoffMs(backoff, failures - 1);
    await delay(pauseMs, undefined, { signal }).catch(() => {});
  }
  await election.leave().catch(() => {}); // its report expires
}
