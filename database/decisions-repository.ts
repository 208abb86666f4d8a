import { QueryTypes, type Sequelize } from 'sequelize';
import { validate as isUuid, v7 as uuidv7 } from 'uuid';
import { translateErrors } from '../platform/database/errors.js';
import { type ApprovalDecisionModel, type Decision, defineApprovalDecisionModel } from './models/approval-decision.js';

/** What was decided at one step of a run. */
interface ApprovalDecision {
  readonly runId: string;
  /** Which of the run's decisions this is; with the run's id it is the key. */
  readonly step: string;
  readonly decision: Decision;
  /** Who decided; `null` when nobody did. */
  readonly decidedBy: string | null;
  readonly comment: string | null;
  readonly decidedAt: Date;
}

/** The record of decisions. Throws `DatabaseUnavailable`. */
export interface DecisionsRepository {
  /**
   * Writes a decision once: the first call for a run and step records it, later ones change nothing, whatever they say.
   * @returns whether this call recorded it
   */
  record(decision: ApprovalDecision): Promise<{ recorded: boolean }>;
  find(runId: string, step: string): Promise<ApprovalDecision | undefined>;
}

const insert = `
  INSERT INTO approval_decisions
    (id, run_id, step, decision, decided_by, comment, decided_at, created_at, updated_at)
  VALUES ($id, $runId, $step, $decision, $decidedBy, $comment, $decidedAt, now(), now())
  ON CONFLICT (run_id, step) DO NOTHING
  RETURNING id`;

/** Decisions in PostgreSQL. */
export function createDecisionsRepository(sequelize: Sequelize): DecisionsRepository {
  const decisions = defineApprovalDecisionModel(sequelize);
  return translateErrors<DecisionsRepository>({
    async record(decision) {
      const bind = {
        ...decision,
        id: uuidv7(),
        decidedBy: storable(decision.decidedBy),
        comment: storable(decision.comment),
      };
      const rows = await sequelize.query(insert, { bind, type: QueryTypes.SELECT });
      return { recorded: rows.length === 1 };
    },

    async find(runId, step) {
      if (!isUuid(runId)) return undefined;
      const row = await decisions.findOne({ where: { runId, step } });
      return row ? toDecision(row) : undefined;
    },
  });
}

/** PostgreSQL's text holds every character but U+0000, which people do not type; refusing it would lose the decision. */
const storable = (text: string | null): string | null => text?.replaceAll('\0', '\uFFFD') ?? null;

function toDecision(row: ApprovalDecisionModel): ApprovalDecision {
  return {
    runId: row.runId,
    step: row.step,
    decision: row.decision,
    decidedBy: row.decidedBy,
    comment: row.comment,
    decidedAt: row.decidedAt,
  };
}
