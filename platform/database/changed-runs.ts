import type { Sequelize } from 'sequelize';
import type { ChangedRuns } from '../runs/run.js';
import { translateErrors } from './errors.js';
import { type RunRow, runColumns, toRun } from './run-row.js';
import { prepareStatement } from './statement.js';

/** Finds the runs that have changed since a known version. */
export function createChangedRuns(sequelize: Sequelize): ChangedRuns {
  const changed = prepareStatement<RunRow>(
    sequelize,
    'changed-runs',
    `SELECT ${runColumns('runs.')} FROM unnest($1::uuid[], $2::integer[]) AS known (id, version)
     JOIN runs ON runs.id = known.id WHERE runs.version > known.version`,
  );
  const { find } = translateErrors({
    find: async (known: Parameters<ChangedRuns>[0]) =>
      (await changed([known.map(({ id }) => id), known.map(({ version }) => version)])).map(toRun),
  });
  return find;
}
