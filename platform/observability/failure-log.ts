import type { Logger } from './logger.js';

/** Tells of something that is done over and over when it begins to fail, and when it works again; not of every time in between. */
export interface FailureLog {
  failed(err: unknown): void;
  worked(): void;
}

/** @param messages - what is said then, such as `Temporal takes no starts` and `Temporal takes starts again` */
export function createFailureLog(
  logger: Pick<Logger, 'warn' | 'info'>,
  messages: { readonly failing: string; readonly again: string },
): FailureLog {
  let failures = 0;
  return {
    failed(err) {
      failures += 1;
      if (failures === 1) logger.warn({ err }, messages.failing);
    },
    worked() {
      if (failures > 0) logger.info({ failures }, messages.again);
      failures = 0;
    },
  };
}
