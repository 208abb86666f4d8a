import type { Sequelize } from 'sequelize';
import type { ChangedRuns, Run } from '../runs/run.js';
import { translateErrors } from './errors.js';
import { runColumns } from './run-columns.js';
import { prepareStatement } from './statement.js';

/** Finds the runs that have changed since a known version. */
export function createChangedRuns(sequelize: Sequelize): ChangedRuns {
  const changed = prepareStatement<Run>(
    sequelize,
    'changed-runs',
    `SELECT ${runColumns} FROM unnest($1::uuid[], $2::integer[]) AS known (id, version)
     JOIN runs ON runs.id = known.id WHERE runs.version > known.version`,
  );
  const { find } = translateErrors({
    find: (known: Parameters<ChangedRuns>[0]) =>
      changed([known.map(({ id }) => id), known.map(({ version }) => version)]),
  });
  return find;
}
