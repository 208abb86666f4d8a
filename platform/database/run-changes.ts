import type { Sequelize } from 'sequelize';
import { validate as isUuid } from 'uuid';
import { allowedBefore, isFinal, type Run, type RunsRepository, runStatuses, type Transition } from '../runs/run.js';
import { batched } from './batch.js';
import { isDataError, sqlState, translateErrors } from './errors.js';
import { prepareFindById } from './find-by-id.js';
import { cancelledBeforeStart, checkPause } from './open-runs.js';
import { runColumns } from './run-columns.js';
import { prepareStatement } from './statement.js';

/** The methods that find and change a run. */
export type RunChanges = Pick<RunsRepository, 'find' | 'transition' | 'cancelPending' | 'supersede'>;

/** The assignments of the statements for a single run, with the parameters $2 to $7; `null` keeps a start that is already recorded. */
const changes = `
  status = $2, result = $3::json, failure = $4::json, ended_at = $5::timestamptz,
  temporal_run_id = COALESCE(temporal_run_id, $6), started_at = COALESCE(started_at, $7::timestamptz),
  problems = NULL, problems_checked_at = NULL, leased_by = NULL, updated_at = now(), version = version + 1`;

/** `$9`: whether to wait until the change is on disk. */
const changeRuns = `
  UPDATE runs SET status = new_status, result = new_result::json, failure = new_failure::json, ended_at = new_end,
    temporal_run_id = COALESCE(temporal_run_id, first_execution), started_at = COALESCE(started_at, new_start),
    problems = NULL, problems_checked_at = NULL, leased_by = NULL, updated_at = now(), version = version + 1,
    due_at = now() + ${checkPause('now()', '$10')}
  FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::text[], $7::timestamptz[], $8::text[])
    AS change (run_id, new_status, new_result, new_failure, new_end, first_execution, new_start, from_statuses)
  WHERE id = run_id AND status = ANY (string_to_array(from_statuses, ','))
    AND set_config('synchronous_commit', CASE WHEN $9 THEN current_setting('synchronous_commit') ELSE 'off' END, true) IS NOT NULL
  RETURNING ${runColumns}`;

const cancelPendingRun = `
  UPDATE runs SET ${changes}
  WHERE id = $1 AND status = 'pending' AND (leased_by IS NULL OR due_at <= now()) RETURNING ${runColumns}`;

const supersedeRun = `
  UPDATE runs SET ${changes} WHERE id = $1 AND status = ANY ($8::text[]) AND ended_at < $9 AND NOT (${cancelledBeforeStart}) RETURNING ${runColumns}`;

const finalStatuses = runStatuses.filter(isFinal);

/**
 * Finds and changes runs in PostgreSQL. No run has an id that is not a UUID.
 * @param checkIntervalMs - longest pause until the next check of an open run, in milliseconds
 */
export function createRunChanges(sequelize: Sequelize, checkIntervalMs: number): RunChanges {
  const statement = (name: string, text: string) => prepareStatement<Run>(sequelize, name, text);
  const repeatable = prepareChanges(sequelize, checkIntervalMs, { waitsForDisk: false });
  const onDisk = prepareChanges(sequelize, checkIntervalMs, { waitsForDisk: true });
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
      // If PostgreSQL crashes before the change is on disk, a retry of the start finds the workflow, and the reconciler finds its end.
      const write = transition.to === 'running' || transition.inTemporal ? repeatable : onDisk;
      return write({ values: parameters(id, transition), from: allowedBefore[transition.to].join(',') });
    },

    async cancelPending(id, failure) {
      return (await cancel([...parameters(id, { to: 'cancelled', failure, endedAt: new Date() })]))[0];
    },

    async supersede(id, executionStartedAt, ending) {
      return (await replace([...parameters(id, ending), finalStatuses, executionStartedAt]))[0];
    },
  });
}

interface Change {
  readonly values: ReturnType<typeof parameters>;
  /** The statuses that permit the change, with commas. */
  readonly from: string;
}

/** Characters of JSON per batch: a batch of many large results would delay all others. */
const maxBatchCharacters = 1_000_000;

/**
 * Changes that arrive while a commit is in flight share the next one.
 * @returns a function that changes a run and returns it, or `undefined` if its status does not permit the change
 */
function prepareChanges(
  sequelize: Sequelize,
  checkIntervalMs: number,
  { waitsForDisk }: { readonly waitsForDisk: boolean },
): (change: Change) => Promise<Run | undefined> {
  const changeAll = prepareStatement<Run>(sequelize, 'change-runs', changeRuns);
  return batched(
    async (changes: readonly Change[]) => {
      const columns = [0, 1, 2, 3, 4, 5, 6].map((index) => changes.map(({ values }) => values[index]));
      const rows = await changeAll([...columns, changes.map(({ from }) => from), waitsForDisk, checkIntervalMs]);
      const changed = new Map(rows.map((run) => [run.id, run]));
      return changes.map(({ values: [id] }) => changed.get(id));
    },
    {
      concurrency: 2,
      maxItems: 64,
      weightOf: ({ values: [, , result] }) => result?.length ?? 0,
      maxWeight: maxBatchCharacters,
      keyOf: ({ values: [id] }) => id,
      // Batches of two processes may lock the same runs in another order; single changes cannot deadlock.
      isItemError: (error) => isDataError(error) || sqlState(error) === deadlockDetected,
    },
  );
}

const deadlockDetected = '40P01';

function parameters(id: string, transition: Transition) {
  const { to } = transition;
  const started = to === 'running' ? transition : transition.started;
  return [
    id.toLowerCase(),
    to,
    to === 'completed' ? JSON.stringify(transition.result ?? null) : null,
    'failure' in transition ? JSON.stringify(transition.failure) : null,
    'endedAt' in transition ? transition.endedAt : null,
    started?.temporalRunId ?? null,
    started?.startedAt ?? null,
  ] as const;
}
