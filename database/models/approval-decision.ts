import { type CreationOptional, DataTypes, type Sequelize } from 'sequelize';
import { BaseModel, initModel } from '../../platform/database/base-model.js';

/** How an approval can end. */
export const decisions = ['approved', 'rejected', 'expired', 'cancelled'] as const;
export type Decision = (typeof decisions)[number];

/** A row of `approval_decisions`: what was decided at one step of a run, by whom. Written once, never changed. */
export class ApprovalDecisionModel extends BaseModel<ApprovalDecisionModel> {
  declare readonly runId: string;
  declare readonly step: string;
  declare readonly decision: Decision;
  declare readonly decidedBy: CreationOptional<string | null>;
  declare readonly comment: CreationOptional<string | null>;
  declare readonly decidedAt: Date;
}

/** The model of decisions on one connection: each call makes a class of its own. */
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
