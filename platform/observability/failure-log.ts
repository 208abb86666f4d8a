import type { Logger } from './logger.js';

/**
 * Logs when a repeated operation starts to fail and when it recovers, but not every failure.
 * @param messages - log messages for the first failure and for the recovery
 */
export function createFailureLog(
  logger: Pick<Logger, 'warn' | 'info'>,
  messages: { readonly failing: string; readonly again: string },
) {
  let failures = 0;
  return {
    failed(err: unknown): void {
      failures += 1;
      if (failures === 1) logger.warn({ err }, messages.failing);
    },
    worked(): void {
      if (failures > 0) logger.info({ failures }, messages.again);
      failures = 0;
    },
  };
}
