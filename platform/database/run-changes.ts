import type { Sequelize } from 'sequelize';
import { validate as isUuid } from 'uuid';
import { allowedBefore, isFinal, type RunsRepository, runStatuses, type Transition } from '../runs/run.js';
import { batched } from './batch.js';
import { translateErrors } from './errors.js';
import { checkPause } from './open-runs.js';
import { type RunRow, runColumns, toRun } from './run-row.js';
import { prepareStatement } from './statement.js';

/** The part of the record that follows a run from its start to its end. */
export type RunChanges = Pick<RunsRepository, 'find' | 'transition' | 'cancelPending' | 'supersede'>;

/** What a change brings; `null` leaves the start as it was recorded. Parameters 2 to 7 of the statements below. */
const changes = `
  status = $2, result = $3::json, failure = $4::json, ended_at = $5::timestamptz,
  temporal_run_id = COALESCE(temporal_run_id, $6), started_at = COALESCE(started_at, $7::timestamptz),
  leased_by = NULL, updated_at = now(), version = version + 1`;

const finalStatuses = runStatuses.filter(isFinal);

/**
 * Finding and changing runs in PostgreSQL. An id that is no UUID is one that no run has.
 * @param checkIntervalMs - longest time until an open run is looked at again, in milliseconds
 */
export function createRunChanges(sequelize: Sequelize, checkIntervalMs: number): RunChanges {
  const statement = (name: string, text: string) => prepareStatement<RunRow>(sequelize, name, text);
  const findAll = statement('find-runs', `SELECT ${runColumns()} FROM runs WHERE id = ANY ($1::uuid[])`);
  const findOne = batched(
    async (ids: readonly string[]) => {
      const found = new Map((await findAll([ids])).map((row) => [row.id, row]));
      return ids.map((id) => found.get(id));
    },
    { concurrency: 2, maxItems: 16 },
  );
  const change = statement(
    'change-run',
    `UPDATE runs SET ${changes}, due_at = now() + ${checkPause('now()', '$9')}
     WHERE id = $1 AND status = ANY ($8::text[])
       AND set_config('synchronous_commit', CASE WHEN $10 THEN current_setting('synchronous_commit') ELSE 'off' END, true) IS NOT NULL
     RETURNING ${runColumns()}`,
  );
  const cancel = statement(
    'cancel-pending-run',
    `UPDATE runs SET ${changes}
     WHERE id = $1 AND status = 'pending' AND (leased_by IS NULL OR due_at <= now()) RETURNING ${runColumns()}`,
  );
  const replace = statement(
    'supersede-run',
    `UPDATE runs SET ${changes} WHERE id = $1 AND status = ANY ($8::text[]) AND ended_at < $9 RETURNING ${runColumns()}`,
  );

  return translateErrors<RunChanges>({
    async find(id) {
      const row = isUuid(id) ? await findOne(id.toLowerCase()) : undefined;
      return row && toRun(row);
    },

    async transition(id, transition) {
      if (!isUuid(id)) return undefined;
      // That it runs is known to Temporal: should PostgreSQL crash before this is on disk, the start is tried again, and found.
      const isAwaited = transition.to !== 'running';
      const [row] = await change([
        ...parameters(id, transition),
        allowedBefore[transition.to],
        checkIntervalMs,
        isAwaited,
      ]);
      return row && toRun(row);
    },

    async cancelPending(id, failure) {
      const [row] = await cancel(parameters(id, { to: 'cancelled', failure, endedAt: new Date() }));
      return row && toRun(row);
    },

    async supersede(id, executionStartedAt, ending) {
      const [row] = await replace([...parameters(id, ending), finalStatuses, executionStartedAt]);
      return row && toRun(row);
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
