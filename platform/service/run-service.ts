import { AddressUnavailable } from '../http/listen.js';
import { createLogger, type Logger } from '../observability/logger.js';
import { settingsOrExit } from '../settings/entry.js';
import type { ServiceName } from '../settings/names.js';
import type { Settings } from '../settings/settings.js';
import { continueWhenOutputCloses } from './closed-output.mjs';

export interface ServiceContext {
  readonly settings: Settings;
  readonly logger: Logger;
  /** Aborts at the first SIGTERM, SIGINT or SIGHUP: what serves then ends what it has in flight, and returns. */
  readonly signal: AbortSignal;
  /** What was opened is closed in reverse order when serving has ended, however it did. */
  readonly onClose: (close: () => Promise<unknown>) => void;
}

/** Time that connections have to close after serving has ended, in milliseconds. */
const closeMs = 2_000;

/**
 * Runs a long-lived process from its entry to its end. Exit codes: 0 after a signal, 1 when serving failed, 78 when the settings
 * are not valid (before anything is opened).
 * @param serve - opens what it needs, serves, and returns when it is told to stop; a rejection by the signal's reason is no failure
 */
export function runService(name: ServiceName, serve: (context: ServiceContext) => Promise<void>): void {
  continueWhenOutputCloses();
  const settings = settingsOrExit();
  const logger = createLogger(name, settings);
  const stopping = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    // `on`, not `once`: Ctrl-C may arrive twice, from the terminal and from npm, and the second must not kill.
    process.on(signal, () => {
      if (stopping.signal.aborted) return;
      logger.info({ signal }, 'Shutting down');
      stopping.abort();
    });
  }
  process.on('uncaughtException', (err) => {
    logger.fatal({ err }, `The ${name} failed in a way that nobody expected`);
    process.exit(1);
  });

  const opened: (() => Promise<unknown>)[] = [];
  const { signal } = stopping;
  serve({ settings, logger, signal, onClose: (close) => opened.push(close) })
    .catch((error: unknown) => {
      if (signal.aborted && error === signal.reason) return;
      process.exitCode = 1;
      if (error instanceof AddressUnavailable) logger.fatal(error.message);
      else logger.fatal({ err: error }, `The ${name} failed`);
    })
    .then(() => closeAll(opened, logger))
    .catch((error: unknown) => {
      process.exitCode = 1;
      logger.error({ err: error }, 'A connection could not be closed');
    })
    // Temporal's client still retries calls whose connection has been closed, and throws from its timers.
    .finally(() => process.exit());
}

async function closeAll(opened: (() => Promise<unknown>)[], logger: Logger): Promise<void> {
  const overdue = setTimeout(() => {
    logger.warn({ closeMs }, 'Connections did not close in time');
    process.exit();
  }, closeMs);
  for (const close of opened.reverse()) await close();
  clearTimeout(overdue);
  logger.info('Stopped');
}
