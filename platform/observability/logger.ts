import { type Logger, pino } from 'pino';
import { PinoPretty } from 'pino-pretty';
import type { ServiceName } from '../settings/names.js';
import type { Settings } from '../settings/settings.js';

export type { Logger } from 'pino';

/**
 * The process's logger, on standard output: readable lines on a terminal, one JSON object a line on a pipe
 * (ISO 8601 times, errors with their causes), unless LOG_FORMAT says otherwise.
 */
export function createLogger(service: ServiceName, settings: Pick<Settings, 'LOG_LEVEL' | 'LOG_FORMAT'>): Logger {
  const pretty = settings.LOG_FORMAT === 'pretty' || (settings.LOG_FORMAT === 'auto' && process.stdout.isTTY === true);
  const options = {
    level: settings.LOG_LEVEL,
    base: { service },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: pino.stdSerializers.errWithCause, error: pino.stdSerializers.errWithCause },
  };
  // On a pipe a line does not keep its request waiting for the disk; what is left at the end of the process is written then.
  const destination = pino.destination({ dest: 1, sync: pretty });
  // A reader that has gone, a closed terminal, a full disk: what cannot be logged is no reason to serve nobody.
  destination.on('error', () => undefined);
  return pino(options, pretty ? PinoPretty({ destination, ignore: 'pid,hostname' }) : destination);
}
