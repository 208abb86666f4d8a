import { literal, Op, type Sequelize } from 'sequelize';
import { validate as isUuid, v7 as uuidv7 } from 'uuid';
import { allowedBefore, type Run, type RunsRepository, type Transition } from '../runs/run.js';
import { translateErrors } from './errors.js';
import { defineRunModel, type RunModel } from './models/run.js';

/** Sequelize writes `null` as SQL's NULL; an input that is JSON's null is a value like any other. */
const jsonNull = literal("'null'::json");

/** Runs in PostgreSQL. An id that is no UUID is one that no run has. */
export function createRunsRepository(sequelize: Sequelize): RunsRepository {
  const runs = defineRunModel(sequelize);
  return translateErrors<RunsRepository>({
    async create({ workflow, input }) {
      const id = uuidv7();
      const row = await runs.create({
        id,
        workflow,
        status: 'pending',
        input: input ?? jsonNull,
        workflowId: `${workflow}-${id}`,
      });
      return toRun(row);
    },

    async find(id) {
      if (!isUuid(id)) return undefined;
      const row = await runs.findByPk(id);
      return row ? toRun(row) : undefined;
    },

    async list({ limit, before }) {
      const where = before === undefined ? {} : { id: { [Op.lt]: before } };
      const rows = await runs.findAll({ where, order: [['id', 'DESC']], limit });
      return rows.map(toRun);
    },

    async transition(id, transition) {
      if (!isUuid(id)) return undefined;
      const [, [row]] = await runs.update(
        { ...changesOf(transition), version: literal('version + 1') },
        { where: { id, status: [...allowedBefore[transition.to]] }, returning: true },
      );
      return row ? toRun(row) : undefined;
    },
  });
}

function changesOf({ to, ...changes }: Transition) {
  return { status: to, ...changes };
}

function toRun(row: RunModel): Run {
  return {
    id: row.id,
    workflow: row.workflow,
    status: row.status,
    input: row.input,
    result: row.result,
    failure: row.failure,
    workflowId: row.workflowId,
    temporalRunId: row.temporalRunId,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    startedAt: row.startedAt,
    endedAt: row.endedAt,
    version: row.version,
  };
}
