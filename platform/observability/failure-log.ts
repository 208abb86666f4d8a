import type { Logger } from './logger.js';

/**
 * Logs when a repeated operation starts to fail and when it recovers, but not every failure.
 * @param failing - message for the first failure
 * @param again - message for the recovery
 */
export function createFailureLog(logger: Pick<Logger, 'warn' | 'info'>, failing: string, again: string) {
  let failures = 0;
  return {
    failed(err: unknown): void {
      failures += 1;
      if (failures === 1) logger.warn({ err }, failing);
    },
    worked(): void {
      if (failures > 0) logger.info({ failures, recovered: true }, again);
      failures = 0;
    },
  };
}
