import {
  DefaultLogger,
  type LogLevel,
  makeTelemetryFilterString,
  Runtime,
  type Logger as TemporalLogger,
} from '@temporalio/worker';
import type { Logger } from '../observability/logger.js';
import { runIdOf } from '../runs/workflow-id.js';

const levels = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;

/**
 * Forwards the logs of Temporal's SDK, including its native core, to our logger, and stops the SDK from shutting down workers at
 * signals. Call it once per process, before the first worker or connection.
 */
export function installRuntime(logger: Logger, onTaskFailure?: OnTaskFailure): void {
  fixTimeZone();
  Runtime.install({
    logger: temporalLogger(logger, onTaskFailure),
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

/** Called with Temporal's id of an execution and the failure, when the SDK's core reports a failed workflow task. */
export type OnTaskFailure = (runId: string, failure: string) => void;

/** The worker logs these itself, with the run and what follows. */
const reported = new Set(['Workflow failed', 'Activity failed', 'Failing workflow task']);

/** Adapts our logger to the SDK. */
export function temporalLogger(logger: Logger, onTaskFailure?: OnTaskFailure): TemporalLogger {
  const child = logger.child({ component: 'temporal-sdk' });
  return new DefaultLogger(levelOf(logger), ({ level, message, meta = {} }) => {
    if (message === 'Failing workflow task') onTaskFailure?.(String(meta['runId']), String(meta['failure']));
    const isQuiet = intended.test(message) || (onTaskFailure && reported.has(message));
    child[isQuiet ? 'debug' : levels[level]](withRunIds(meta), message);
  });
}

/** The SDK's `runId` is Temporal's id of an execution; in our lines it is that of the run. */
function withRunIds({ runId: temporalRunId, ...meta }: Readonly<Record<string, unknown>>): Record<string, unknown> {
  if (temporalRunId === undefined) return meta;
  const runId = runIdOf(String(meta['workflowId']));
  return { ...(runId !== undefined && { runId }), temporalRunId, ...meta };
}

function levelOf(logger: Logger): LogLevel {
  const name = logger.level.toUpperCase();
  return name in levels ? (name as LogLevel) : 'ERROR';
}
