import { type CreationOptional, DataTypes, type Sequelize } from 'sequelize';
import { BaseModel, initModel } from '../../platform/database/base-model.js';

/** How an approval ends. */
export const decisions = ['approved', 'rejected', 'expired', 'cancelled'] as const;
export type Decision = (typeof decisions)[number];

/** A row of `approval_decisions`: the decision of one step of a run. Never changes. */
export class ApprovalDecisionModel extends BaseModel<ApprovalDecisionModel> {
  declare readonly runId: string;
  declare readonly step: string;
  declare readonly decision: Decision;
  declare readonly decidedBy: CreationOptional<string | null>;
  declare readonly comment: CreationOptional<string | null>;
  declare readonly decidedAt: Date;
}

/** Defines the model on a connection pool: a Sequelize model class belongs to one `Sequelize`. */
export function defineApprovalDecisionModel(sequelize: Sequelize): typeof ApprovalDecisionModel {
  const model = class ApprovalDecision extends ApprovalDecisionModel {};
  initModel<ApprovalDecisionModel>(
    model,
    {
      runId: { type: DataTypes.UUID, allowNull: false },
      step: { type: DataTypes.TEXT, allowNull: false },
      decision: { type: DataTypes.TEXT, allowNull: false },
      decidedBy: DataTypes.TEXT,
      comment: DataTypes.TEXT,
      decidedAt: { type: DataTypes.DATE, allowNull: false },
    },
    { sequelize, tableName: 'approval_decisions' },
  );
  return model;
}
