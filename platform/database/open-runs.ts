import type { Sequelize } from 'sequelize';
import type { OpenRuns, Run } from '../runs/run.js';
import { translateErrors } from './errors.js';
import { runColumns } from './run-columns.js';
import { prepareStatement } from './statement.js';

/** Pause before the first check of a run, in milliseconds. */
const firstPauseMs = 10_000;

/**
 * SQL expression for the pause until the next check of a run. It is half of the time that the run has been running: a missed end is found
 * soon, and a run that waits for days costs almost nothing.
 * @param startedAt - SQL expression for the start of the run
 * @param longestMs - SQL expression for the longest pause, in milliseconds
 */
export const checkPause = (startedAt: string, longestMs: string): string =>
  `LEAST(GREATEST((now() - ${startedAt}) / 2, interval '${firstPauseMs} milliseconds'), ${longestMs} * interval '1 millisecond')`;

/** SQL condition: the workflow of such a run, if there is one, is terminated, and its end is not the run's. */
export const cancelledBeforeStart = `runs.status = 'cancelled' AND runs.temporal_run_id IS NULL`;

/** The open runs in PostgreSQL. @param checkIntervalMs - longest pause until the next check of a run, in milliseconds */
export function createOpenRuns(sequelize: Sequelize, checkIntervalMs: number): OpenRuns {
  const claim = prepareStatement<Run>(
    sequelize,
    'claim-to-check',
    `UPDATE runs SET due_at = now() + ${checkPause('started_at', '$2')}
     WHERE id = ANY (ARRAY(
       SELECT id FROM runs WHERE status = 'running' AND due_at <= now() ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED
     )) RETURNING ${runColumns}`,
  );
  const unrecorded = prepareStatement<Run>(
    sequelize,
    'unrecorded-runs',
    `SELECT ${runColumns}
     FROM unnest($1::uuid[], $2::timestamptz[]) AS execution (run_id, started_at) JOIN runs ON runs.id = execution.run_id
     WHERE runs.ended_at IS NULL OR (runs.ended_at < execution.started_at AND NOT (${cancelledBeforeStart}))`,
  );
  return translateErrors<OpenRuns>({
    claimToCheck: (limit) => claim([limit, checkIntervalMs]),

    async unrecorded(executions) {
      if (executions.length === 0) return [];
      return unrecorded([executions.map(({ runId }) => runId), executions.map(({ startedAt }) => startedAt)]);
    },
  });
}
