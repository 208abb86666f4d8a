import type { SettingSchema } from '../setting.js';
import { count, milliseconds } from './types.js';

const group = 'Runs';

/** Settings for starting, reconciling and retaining runs. */
export const runSettings = {
  RUNS_BACKLOG_LIMIT: {
    type: 'integer',
    minimum: 1,
    maximum: 1_000_000,
    default: 10_000,
    group,
    description: 'Maximum number of runs waiting to start; the API rejects further runs',
  },
  RUNS_LEASE_MS: {
    ...milliseconds,
    minimum: 2_000,
    default: 15_000,
    group,
    description:
      'Lease of a process on a run that it starts, in milliseconds: afterwards another process takes the run over. At least twice TEMPORAL_CALL_TIMEOUT_MS',
  },
  RUNS_DISPATCH_CONCURRENCY: {
    ...count,
    maximum: 1_000,
    default: 16,
    group,
    description:
      'Maximum number of concurrent starts per API process; the process lowers its own limit when Temporal slows down',
  },
  RUNS_TAKEOVER_PER_SECOND: {
    ...count,
    default: 500,
    group,
    description:
      'Maximum number of backlog runs that one API process starts per second, to limit the load on a recovering Temporal server',
  },
  RUNS_RECONCILE_INTERVAL_MS: {
    ...milliseconds,
    default: 5_000,
    group,
    description: 'Interval between searches for runs that were terminated or timed out, in milliseconds',
  },
  RUNS_RECONCILE_CALLS_PER_SECOND: {
    ...count,
    default: 100,
    group,
    description:
      'Maximum number of calls to Temporal per second with which one API process looks for ends of runs; `/health` shows the current number',
  },
  RUNS_CHECK_INTERVAL_MS: {
    ...milliseconds,
    default: 300_000,
    group,
    description:
      'Maximum interval between checks of an open run against Temporal, in milliseconds; younger runs are checked more often',
  },
  RUNS_RETENTION_DAYS: {
    type: 'integer',
    minimum: 1,
    maximum: 3650,
    default: 30,
    group,
    description: 'Retention of ended runs, in days',
  },
  RUNS_KEY_RETENTION_HOURS: {
    type: 'integer',
    minimum: 1,
    maximum: 8760,
    default: 24,
    group,
    description: 'Retention of Idempotency-Keys, in hours; at most RUNS_RETENTION_DAYS',
  },
  RUNS_AUDIT_RETENTION_DAYS: {
    type: 'integer',
    minimum: 1,
    maximum: 36_500,
    default: 400,
    group,
    description: 'Retention of audit log entries, in days',
  },
  RUNS_PURGE_INTERVAL_MINUTES: {
    type: 'integer',
    minimum: 1,
    maximum: 1440,
    default: 60,
    group,
    description: 'Interval between purges of expired runs, keys and audit log entries, in minutes',
  },
} as const satisfies Record<string, SettingSchema>;
