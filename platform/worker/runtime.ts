import {
  DefaultLogger,
  type LogLevel,
  makeTelemetryFilterString,
  Runtime,
  type Logger as TemporalLogger,
} from '@temporalio/worker';
import type { Logger } from '../observability/logger.js';

const levels = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;

/**
 * Forwards the logs of Temporal's SDK, including its native core, to our logger, and stops the SDK from shutting down workers at
 * signals. Call it once per process, before the first worker or connection.
 */
export function installRuntime(logger: Logger): void {
  fixTimeZone();
  Runtime.install({
    logger: temporalLogger(logger),
    telemetryOptions: { logging: { forward: {}, filter: makeTelemetryFilterString({ core: 'WARN', other: 'ERROR' }) } },
    shutdownSignals: [],
  });
}

/** Workflow code sees the time zone of the process, and a run may continue on another host. Locale: platform/temporal/fixed-locale.ts. */
export function fixTimeZone(): void {
  // biome-ignore lint/style/noProcessEnv: Node.js has no other way to set the time zone
  process.env['TZ'] = 'UTC';
}

/** The SDK warns about workers without activities or workflows, which is intended: each worker serves one of the two queues. */
const intended = /^No (activities|workflows) registered, not polling for/;

/** Adapts our logger to the SDK. */
export function temporalLogger(logger: Logger): TemporalLogger {
  const child = logger.child({ component: 'temporal-sdk' });
  return new DefaultLogger(levelOf(logger), ({ level, message, meta }) =>
    child[intended.test(message) ? 'debug' : levels[level]](meta ?? {}, message),
  );
}

function levelOf(logger: Logger): LogLevel {
  const name = logger.level.toUpperCase();
  return name in levels ? (name as LogLevel) : 'ERROR';
}
