import { Op, type Sequelize, type WhereOptions } from 'sequelize';
import type { RunFilter, RunsRepository } from '../runs/run.js';
import { type AcceptOptions, createAccept } from './accept-runs.js';
import { translateErrors } from './errors.js';
import { defineRunModel } from './models/run.js';
import { createRequestKeys } from './request-keys.js';
import { createRunChanges, type RunChanges } from './run-changes.js';

export interface RunsRepositoryOptions extends AcceptOptions {
  /** Longest pause until the next check of an open run, in milliseconds. */
  readonly checkIntervalMs: number;
}

/** Runs in PostgreSQL. No run has an id that is not a UUID. */
export function createRunsRepository(sequelize: Sequelize, options: RunsRepositoryOptions): RunsRepository {
  const runs = defineRunModel(sequelize);
  return {
    ...createRunChanges(sequelize, options.checkIntervalMs),
    ...translateErrors<Omit<RunsRepository, keyof RunChanges>>({
      ...createAccept(sequelize, options),
      ...createRequestKeys(sequelize, options.keyRetentionMs),

      async list({ limit, before }, filter = {}) {
        const where = {
          [Op.and]: [...(before === undefined ? [] : [{ id: { [Op.lt]: before } }]), ...conditions(filter)],
        };
        // `raw`: the attributes of the model are the fields of `Run`.
        return runs.findAll({ where, order: [['id', 'DESC']], limit, raw: true });
      },
    }),
  };
}

/** Largest difference between the clocks that ids and creation times come from, in milliseconds. */
const clockSlackMs = 600_000;

function conditions({ caller, workflow, status, createdFrom, createdBefore }: RunFilter): WhereOptions[] {
  return [
    ...(caller === undefined ? [] : [{ caller }]),
    ...(workflow === undefined ? [] : [{ workflow }]),
    ...(status === undefined ? [] : [{ status: [...status] }]),
    // Always true: each part has an index of its own, `runs_backlog` and `runs_delayed`.
    ...(status?.every((it) => it === 'pending')
      ? [{ startsAt: { [Op.or]: [{ [Op.is]: null }, { [Op.not]: null }] } }]
      : []),
    // Lists are ordered by id, which begins with the time: the condition on it limits the part of the index that is read.
    ...(createdFrom === undefined
      ? []
      : [
          { createdAt: { [Op.gte]: createdFrom } },
          { id: { [Op.gte]: firstIdAt(createdFrom.getTime() - clockSlackMs) } },
        ]),
    ...(createdBefore === undefined
      ? []
      : [
          { createdAt: { [Op.lt]: createdBefore } },
          { id: { [Op.lt]: firstIdAt(createdBefore.getTime() + clockSlackMs) } },
        ]),
  ];
}

const latestMs = 2 ** 48 - 1;

/** The smallest UUID v7 of a time (RFC 9562, 5.7). @param ms - since 1970 */
function firstIdAt(ms: number): string {
  const time = Math.min(Math.max(ms, 0), latestMs).toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-0000-0000-000000000000`;
}
