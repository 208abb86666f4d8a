import type { SettingSchema } from '../setting.js';
import { count, milliseconds } from './types.js';

const group = 'Runs';

/** Settings of how runs are started, watched and kept. */
export const runSettings = {
  RUNS_BACKLOG_LIMIT: {
    type: 'integer',
    minimum: 1,
    maximum: 1_000_000,
    default: 10_000,
    group,
    description: 'Runs that may wait for their start; while Temporal is away, no more are accepted',
  },
  RUNS_LEASE_MS: {
    ...milliseconds,
    minimum: 2_000,
    default: 15_000,
    group,
    description:
      'Time a process has to start a run before another one takes it over, in milliseconds; more than TEMPORAL_CALL_TIMEOUT_MS',
  },
  RUNS_DISPATCH_CONCURRENCY: {
    ...count,
    maximum: 1_000,
    default: 16,
    group,
    description:
      'Most starts that one API process has under way at a time; it has fewer where more of them would only wait for each other',
  },
  RUNS_TAKEOVER_PER_SECOND: {
    ...count,
    default: 500,
    group,
    description: 'Runs from the backlog that one API process starts in a second, so that Temporal comes back in peace',
  },
  RUNS_RECONCILE_INTERVAL_MS: {
    ...milliseconds,
    default: 5_000,
    group,
    description: 'Time between two looks for runs that were terminated or timed out, in milliseconds',
  },
  RUNS_CHECK_INTERVAL_MS: {
    ...milliseconds,
    default: 300_000,
    group,
    description:
      'Longest time until an open run is held against Temporal again, in milliseconds; a young one is sooner',
  },
  RUNS_RETENTION_DAYS: {
    type: 'integer',
    minimum: 1,
    maximum: 3650,
    default: 30,
    group,
    description: 'Time a run is kept after it has ended, in days',
  },
  RUNS_KEY_RETENTION_HOURS: {
    type: 'integer',
    minimum: 1,
    maximum: 8760,
    default: 24,
    group,
    description: 'Time an Idempotency-Key is remembered, in hours',
  },
  RUNS_AUDIT_RETENTION_DAYS: {
    type: 'integer',
    minimum: 1,
    maximum: 36_500,
    default: 400,
    group,
    description: 'Time an entry of the audit log is kept, in days',
  },
  RUNS_PURGE_INTERVAL_MINUTES: {
    type: 'integer',
    minimum: 1,
    maximum: 1440,
    default: 60,
    group,
    description: 'Time between two removals of what is older than that, in minutes',
  },
} as const satisfies Record<string, SettingSchema>;
