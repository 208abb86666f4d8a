import { type CreationOptional, DataTypes, type Sequelize } from 'sequelize';
import { validate as isUuid } from 'uuid';
import { BaseModel, initModel } from '../platform/database/base-model.js';
import { translateErrors } from '../platform/database/errors.js';
import { storableText } from '../platform/database/storable-text.js';

/** How an approval ends. */
export const decisions = ['approved', 'rejected', 'expired', 'cancelled'] as const;
export type Decision = (typeof decisions)[number];

/** A row of `approval_decisions`: the decision of one step of a run. Never changes. */
class ApprovalDecisionModel extends BaseModel<ApprovalDecisionModel> {
  declare readonly runId: string;
  declare readonly step: string;
  declare readonly decision: Decision;
  declare readonly decidedBy: CreationOptional<string | null>;
  declare readonly comment: CreationOptional<string | null>;
  declare readonly decidedAt: Date;
}

/** Defines the model on a connection pool: a Sequelize model class belongs to one `Sequelize`. */
function defineApprovalDecisionModel(sequelize: Sequelize): typeof ApprovalDecisionModel {
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

/** The decision of one step of a run. */
export interface ApprovalDecision {
  readonly runId: string;
  /** Identifies the decision within the run; unique together with `runId`. */
  readonly step: string;
  readonly decision: Decision;
  /** `null` if no person decided, for example when the approval expired. */
  readonly decidedBy: string | null;
  readonly comment: string | null;
  readonly decidedAt: Date;
}

/** Recorded decisions. Methods throw `DatabaseUnavailable`. */
export interface DecisionsRepository {
  /**
   * Records the decision of a run and step once: the first call writes it, and later calls change nothing, whatever they contain.
   * Activities that are retried can therefore call it again.
   * @returns whether this call wrote the decision
   */
  record(decision: ApprovalDecision): Promise<{ recorded: boolean }>;
  find(runId: string, step: string): Promise<ApprovalDecision | undefined>;
  /** The decisions of a run, oldest first. @param runId - a UUID */
  list(runId: string): Promise<ApprovalDecision[]>;
}

/** Decisions in PostgreSQL. */
export function createDecisionsRepository(sequelize: Sequelize): DecisionsRepository {
  const decisions = defineApprovalDecisionModel(sequelize);
  return translateErrors<DecisionsRepository>({
    record(decision) {
      const { runId, step, decidedBy, comment } = decision;
      const given = { ...decision, decidedBy: storableText(decidedBy), comment: storableText(comment) };
      return sequelize.transaction(async (transaction) => {
        // ON CONFLICT DO NOTHING: waits for a transaction that is writing the same step, and does not fail when that one commits.
        const [written] = await decisions.bulkCreate([given], { ignoreDuplicates: true, transaction });
        const stored = await decisions.findOne({ where: { runId, step }, transaction, rejectOnEmpty: true });
        // Writes that belong to the step go here, in the same transaction, and only if `recorded`.
        return { recorded: stored.id === written?.id };
      });
    },

    async find(runId, step) {
      if (!isUuid(runId)) return undefined;
      const row = await decisions.findOne({ where: { runId, step } });
      return row ? toDecision(row) : undefined;
    },

    async list(runId) {
      const rows = await decisions.findAll({ where: { runId }, order: ['decidedAt', 'id'] });
      return rows.map(toDecision);
    },
  });
}

const toDecision = ({
  runId,
  step,
  decision,
  decidedBy,
  comment,
  decidedAt,
}: ApprovalDecisionModel): ApprovalDecision => ({
  runId,
  step,
  decision,
  decidedBy,
  comment,
  decidedAt,
});
