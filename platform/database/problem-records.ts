import type { Sequelize } from 'sequelize';
import type { ProblemCount, ProblemRecords, Run } from '../runs/run.js';
import { translateErrors } from './errors.js';
import { runColumns } from './run-columns.js';
import { prepareStatement } from './statement.js';

/** The problems of open runs in PostgreSQL. */
export function createProblemRecords(sequelize: Sequelize): ProblemRecords {
  const record = prepareStatement<Run>(
    sequelize,
    'record-problems',
    `UPDATE runs SET problems = $2::json, problems_checked_at = CASE WHEN $2::text IS NOT NULL THEN now() END,
       updated_at = now(), version = version + 1
     WHERE workflow_id = $1 AND status IN ('pending', 'running') AND problems::text IS DISTINCT FROM $2::text RETURNING ${runColumns}`,
  );
  const claim = prepareStatement<Run>(
    sequelize,
    'claim-problems',
    `UPDATE runs SET problems_checked_at = now()
     WHERE id = ANY (ARRAY(
       SELECT id FROM runs WHERE problems_checked_at < now() - $2 * interval '1 millisecond' ORDER BY problems_checked_at
       LIMIT $1 FOR UPDATE SKIP LOCKED
     )) RETURNING ${runColumns}`,
  );
  const count = prepareStatement<ProblemCount>(
    sequelize,
    'count-problems',
    `SELECT workflow, kind, count(*)::integer AS runs
     FROM (SELECT workflow, problems->0->>'kind' AS kind FROM runs WHERE problems_checked_at IS NOT NULL LIMIT $1) AS found
     GROUP BY workflow, kind ORDER BY runs DESC, workflow`,
  );
  return translateErrors<ProblemRecords>({
    async record(workflowId, problems) {
      return (await record([workflowId, problems.length === 0 ? null : JSON.stringify(problems)]))[0];
    },
    claim: (limit, olderThanMs) => claim([limit, olderThanMs]),
    count: (limit) => count([limit]),
  });
}
