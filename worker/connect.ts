import { setTimeout as delay } from 'node:timers/promises';
import { NativeConnection } from '@temporalio/worker';
import type { Logger } from '../observability/logger.js';
import { connectionOptions, type TemporalSettings } from '../temporal/connection.js';

const firstDelayMs = 100;
const longestDelayMs = 5_000;

/**
 * Connects the worker to Temporal, however long it takes until Temporal is there: each failure is logged, and the next attempt
 * comes after a delay that doubles up to 5 s, with jitter, so that many workers do not come back all at once.
 * @throws when `signal` aborts
 */
export async function connectWorker(
  settings: TemporalSettings,
  logger: Logger,
  signal: AbortSignal,
): Promise<NativeConnection> {
  for (let attempt = 0; ; attempt++) {
    signal.throwIfAborted();
    try {
      return await NativeConnection.connect(connectionOptions(settings));
    } catch (error) {
      const delayMs = Math.min(longestDelayMs, firstDelayMs * 2 ** attempt) * (0.5 + Math.random() / 2);
      logger.warn(
        { err: error, address: settings.TEMPORAL_ADDRESS, attempt: attempt + 1, delayMs: Math.round(delayMs) },
        'Temporal is not there yet',
      );
      await delay(delayMs, undefined, { signal }).catch(() => signal.throwIfAborted());
    }
  }
}
