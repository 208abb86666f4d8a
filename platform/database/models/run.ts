import { type CreationOptional, DataTypes, type Sequelize } from 'sequelize';
import type { RunFailure, RunStatus } from '../../runs/run.js';
import { BaseModel, initModel } from '../base-model.js';

/** A row of `runs`. What each column holds is said at `Run` in platform/runs/run.ts. */
export class RunModel extends BaseModel<RunModel> {
  declare workflow: string;
  declare status: RunStatus;
  declare caller: string;
  declare input: unknown;
  declare result: unknown;
  declare failure: CreationOptional<RunFailure | null>;
  declare workflowId: string;
  declare temporalRunId: CreationOptional<string | null>;
  declare startedAt: CreationOptional<Date | null>;
  declare endedAt: CreationOptional<Date | null>;
  declare version: CreationOptional<number>;
}

/** The model of runs on one connection: each call makes a class of its own. */
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
      workflowId: { type: DataTypes.TEXT, allowNull: false },
      temporalRunId: DataTypes.TEXT,
      startedAt: DataTypes.DATE,
      endedAt: DataTypes.DATE,
      version: { type: DataTypes.INTEGER, allowNull: false },
    },
    { sequelize, tableName: 'runs' },
  );
  return model;
}
