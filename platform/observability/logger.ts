import { type Logger, pino } from 'pino';
import { PinoPretty } from 'pino-pretty';
import type { ServiceName } from '../settings/names.js';
import type { Settings } from '../settings/settings.js';
import { logContext } from './log-context.js';

export type { Logger } from 'pino';

/**
 * Creates the logger of the process, on standard output. By default it writes readable lines to a terminal and one JSON object per line to a
 * pipe; LOG_FORMAT overrides this. Times are ISO 8601, errors include their causes.
 */
export function createLogger(service: ServiceName, settings: Pick<Settings, 'LOG_LEVEL' | 'LOG_FORMAT'>): Logger {
  const pretty = settings.LOG_FORMAT === 'pretty' || (settings.LOG_FORMAT === 'auto' && process.stdout.isTTY === true);
  const options = {
    level: settings.LOG_LEVEL,
    base: { service },
    mixin: () => ({ ...logContext.getStore() }),
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: pino.stdSerializers.errWithCause, error: pino.stdSerializers.errWithCause },
  };
  // Asynchronous on a pipe, so that requests do not wait for the disk. pino flushes at exit.
  const destination = pino.destination({ dest: 1, sync: pretty });
  // Keep serving when logging fails, for example because the reader has gone, the terminal is closed or the disk is full.
  destination.on('error', () => undefined);
  return pino(options, pretty ? PinoPretty({ destination, ignore: 'pid,hostname' }) : destination);
}
