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
 * Sends what Temporal's SDK logs (its native core included) through our logger, and leaves signals to us: the SDK would otherwise
 * shut workers down by itself. Once per process, before any worker or connection is made.
 */
export function installRuntime(logger: Logger): void {
  fixTimeZone();
  Runtime.install({
    logger: temporalLogger(logger),
    telemetryOptions: { logging: { forward: {}, filter: makeTelemetryFilterString({ core: 'WARN', other: 'ERROR' }) } },
    shutdownSignals: [],
  });
}

/** Workflow code sees the process's time zone, and a run may continue on another host. For the locale see platform/temporal/fixed-locale.ts. */
export function fixTimeZone(): void {
  // biome-ignore lint/style/noProcessEnv: Node.js has no other way to set the time zone
  process.env['TZ'] = 'UTC';
}

/** What the SDK warns of and is meant here: each worker serves one queue, that of workflows or that of activities. */
const meant = /^No (activities|workflows) registered, not polling for/;

/** Our logger as the SDK wants one. */
export function temporalLogger(logger: Logger): TemporalLogger {
  const child = logger.child({ component: 'temporal-sdk' });
  return new DefaultLogger(levelOf(logger), ({ level, message, meta }) =>
    child[meant.test(message) ? 'debug' : levels[level]](meta ?? {}, message),
  );
}

function levelOf(logger: Logger): LogLevel {
  const name = logger.level.toUpperCase();
  return name in levels ? (name as LogLevel) : 'ERROR';
}
