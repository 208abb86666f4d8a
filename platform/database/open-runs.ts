import type { Sequelize } from 'sequelize';
import type { OpenRuns } from '../runs/run.js';
import { translateErrors } from './errors.js';
import { type RunRow, runColumns, toRun } from './run-row.js';
import { prepareStatement } from './statement.js';

/** A run that began a moment ago is looked at after this time; in milliseconds. */
const firstPauseMs = 10_000;

/**
 * SQL: the pause until a run is looked at again. Half as long as it has been running, so that one whose end was missed is found soon
 * and one that waits for days costs next to nothing.
 * @param startedAt - SQL of when the run began
 * @param longestMs - SQL of the longest pause, in milliseconds
 */
export const checkPause = (startedAt: string, longestMs: string): string =>
  `LEAST(GREATEST((now() - ${startedAt}) / 2, interval '${firstPauseMs} milliseconds'), ${longestMs} * interval '1 millisecond')`;

/** The open runs in PostgreSQL. @param checkIntervalMs - longest time until a run is looked at again, in milliseconds */
export function createOpenRuns(sequelize: Sequelize, checkIntervalMs: number): OpenRuns {
  const claim = prepareStatement<RunRow>(
    sequelize,
    'claim-to-check',
    `UPDATE runs SET due_at = now() + ${checkPause('started_at', '$2')}
     WHERE id = ANY (ARRAY(
       SELECT id FROM runs WHERE status = 'running' AND due_at <= now() ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED
     )) RETURNING ${runColumns()}`,
  );
  const unrecorded = prepareStatement<RunRow>(
    sequelize,
    'unrecorded-runs',
    `SELECT ${runColumns('runs.')}
     FROM unnest($1::uuid[], $2::timestamptz[]) AS execution (run_id, started_at) JOIN runs ON runs.id = execution.run_id
     WHERE runs.ended_at IS NULL OR runs.ended_at < execution.started_at`,
  );
  return translateErrors<OpenRuns>({
    claimToCheck: async (limit) => (await claim([limit, checkIntervalMs])).map(toRun),

    async unrecorded(executions) {
      if (executions.length === 0) return [];
      const rows = await unrecorded([
        executions.map(({ runId }) => runId),
        executions.map(({ startedAt }) => startedAt),
      ]);
      return rows.map(toRun);
    },
  });
}
