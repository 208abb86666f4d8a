import { Op, type Sequelize } from 'sequelize';
import type { RunsRepository } from '../runs/run.js';
import { type AcceptOptions, createAccept } from './accept-runs.js';
import { translateErrors } from './errors.js';
import { defineRunModel } from './models/run.js';
import { createRunChanges } from './run-changes.js';

export interface RunsRepositoryOptions extends AcceptOptions {
  /** Longest time until an open run is looked at again, in milliseconds. */
  readonly checkIntervalMs: number;
}

/** Runs in PostgreSQL. An id that is no UUID is one that no run has. */
export function createRunsRepository(sequelize: Sequelize, options: RunsRepositoryOptions): RunsRepository {
  const runs = defineRunModel(sequelize);
  return {
    ...createRunChanges(sequelize, options.checkIntervalMs),
    ...translateErrors<Pick<RunsRepository, 'accept' | 'findAccepted' | 'list'>>({
      ...createAccept(sequelize, options),

      async list({ limit, before }) {
        const where = before === undefined ? {} : { id: { [Op.lt]: before } };
        // As they are read: the model's attributes are the fields of a run.
        return runs.findAll({ where, order: [['id', 'DESC']], limit, raw: true });
      },
    }),
  };
}
