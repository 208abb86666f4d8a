import type { Sequelize } from 'sequelize';
import { validate as isUuid } from 'uuid';
import { allowedBefore, isFinal, type Run, type RunsRepository, runStatuses, type Transition } from '../runs/run.js';
import { translateErrors } from './errors.js';
import { prepareFindById } from './find-by-id.js';
import { checkPause } from './open-runs.js';
import { runColumns } from './run-columns.js';
import { prepareStatement } from './statement.js';

/** The methods that find and change a run. */
export type RunChanges = Pick<RunsRepository, 'find' | 'transition' | 'cancelPending' | 'supersede'>;

/** The assignments of all statements below, with the parameters $2 to $7; `null` keeps a start that is already recorded. */
const changes = `
  status = $2, result = $3::json, failure = $4::json, ended_at = $5::timestamptz,
  temporal_run_id = COALESCE(temporal_run_id, $6), started_at = COALESCE(started_at, $7::timestamptz),
  problems = NULL, problems_checked_at = NULL, leased_by = NULL, updated_at = now(), version = version + 1`;

const changeRun = `
  UPDATE runs SET ${changes}, due_at = now() + ${checkPause('now()', '$9')}
  WHERE id = $1 AND status = ANY ($8::text[])
    AND set_config('synchronous_commit', CASE WHEN $10 THEN current_setting('synchronous_commit') ELSE 'off' END, true) IS NOT NULL
  RETURNING ${runColumns}`;

const cancelPendingRun = `
  UPDATE runs SET ${changes}
  WHERE id = $1 AND status = 'pending' AND (leased_by IS NULL OR due_at <= now()) RETURNING ${runColumns}`;

const supersedeRun = `
  UPDATE runs SET ${changes} WHERE id = $1 AND status = ANY ($8::text[]) AND ended_at < $9 RETURNING ${runColumns}`;

const finalStatuses = runStatuses.filter(isFinal);

/**
 * Finds and changes runs in PostgreSQL. No run has an id that is not a UUID.
 * @param checkIntervalMs - longest pause until the next check of an open run, in milliseconds
 */
export function createRunChanges(sequelize: Sequelize, checkIntervalMs: number): RunChanges {
  const statement = (name: string, text: string) => prepareStatement<Run>(sequelize, name, text);
  const change = statement('change-run', changeRun);
  const cancel = statement('cancel-pending-run', cancelPendingRun);
  const replace = statement('supersede-run', supersedeRun);
  const findOne = prepareFindById<Run>(
    sequelize,
    'find-runs',
    `SELECT ${runColumns} FROM runs WHERE id = ANY ($1::uuid[])`,
    16,
  );

  return translateErrors<RunChanges>({
    async find(id) {
      return isUuid(id) ? findOne(id.toLowerCase()) : undefined;
    },

    async transition(id, transition) {
      if (!isUuid(id)) return undefined;
      // Temporal knows that the workflow runs: if PostgreSQL crashes before this change is on disk, the start is retried and finds it.
      const waitsForDisk = transition.to !== 'running';
      const values = [...parameters(id, transition), allowedBefore[transition.to], checkIntervalMs, waitsForDisk];
      return (await change(values))[0];
    },

    async cancelPending(id, failure) {
      return (await cancel(parameters(id, { to: 'cancelled', failure, endedAt: new Date() })))[0];
    },

    async supersede(id, executionStartedAt, ending) {
      return (await replace([...parameters(id, ending), finalStatuses, executionStartedAt]))[0];
    },
  });
}

function parameters(id: string, transition: Transition): unknown[] {
  const { to } = transition;
  const started = to === 'running' ? transition : transition.started;
  return [
    id,
    to,
    to === 'completed' ? JSON.stringify(transition.result ?? null) : null,
    'failure' in transition ? JSON.stringify(transition.failure) : null,
    'endedAt' in transition ? transition.endedAt : null,
    started?.temporalRunId ?? null,
    started?.startedAt ?? null,
  ];
}
