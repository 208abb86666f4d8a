import { type CreationOptional, DataTypes, type Sequelize } from 'sequelize';
import type { RunFailure, RunStatus } from '../../runs/run.js';
import type { RunProblem } from '../../runs/run-problem.js';
import { BaseModel, initModel } from '../base-model.js';

/** A row of `runs`. See `Run` in platform/runs/run.ts for the meaning of the columns. */
export class RunModel extends BaseModel<RunModel> {
  declare workflow: string;
  declare status: RunStatus;
  declare caller: string;
  declare input: unknown;
  declare result: unknown;
  declare failure: CreationOptional<RunFailure | null>;
  declare problems: CreationOptional<RunProblem[] | null>;
  declare workflowId: string;
  declare temporalRunId: CreationOptional<string | null>;
  declare startsAt: CreationOptional<Date | null>;
  declare startedAt: CreationOptional<Date | null>;
  declare endedAt: CreationOptional<Date | null>;
  declare version: CreationOptional<number>;
}

/** Defines the model on a connection pool: a Sequelize model class belongs to one `Sequelize`. */
export function defineRunModel(sequelize: Sequelize): typeof RunModel {
  const model = class Run extends RunModel {};
  initModel<RunModel>(
    model,
    {
      workflow: { type: DataTypes.TEXT, allowNull: false },
      status: { type: DataTypes.TEXT, allowNull: false },
      caller: { type: DataTypes.TEXT, allowNull: false },
      input: { type: DataTypes.JSON, allowNull: false },
      result: DataTypes.JSON,
      failure: DataTypes.JSON,
      problems: DataTypes.JSON,
      workflowId: { type: DataTypes.TEXT, allowNull: false },
      temporalRunId: DataTypes.TEXT,
      startsAt: DataTypes.DATE,
      startedAt: DataTypes.DATE,
      endedAt: DataTypes.DATE,
      version: { type: DataTypes.INTEGER, allowNull: false },
    },
    { sequelize, tableName: 'runs' },
  );
  return model;
}
