/** A decision as the workflow passes it: JSON, so the time is an ISO 8601 string. */
export interface DecisionInput {
  readonly runId: string;
  /** Identifies the decision within the run; unique together with `runId`. */
  readonly step: string;
  readonly decision: 'approved' | 'rejected' | 'expired' | 'cancelled';
  readonly decidedBy: string | null;
  readonly comment: string | null;
  readonly decidedAt: string;
}

export interface Reminder {
  readonly runId: string;
  readonly subject: string;
  /** Counts from 1. */
  readonly number: number;
}

export interface ApprovalDeps {
  readonly decisions: {
    /** Writes once per run and step, and returns whether this call wrote. */
    record(decision: Omit<DecisionInput, 'decidedAt'> & { decidedAt: Date }): Promise<{ recorded: boolean }>;
  };
  /** Reminds the approvers. */
  readonly notify: (reminder: Reminder) => Promise<void>;
}

export const createApprovalActivities = ({ decisions, notify }: ApprovalDeps) => ({
  /** Records a decision. Idempotent: a retry finds the row of its run and step and changes nothing. */
  async recordDecision(decision: DecisionInput): Promise<void> {
    await decisions.record({ ...decision, decidedAt: new Date(decision.decidedAt) });
  },

  /** Sends one reminder. Not idempotent: a retry may send it again. */
  async sendReminder(reminder: Reminder): Promise<void> {
    await notify(reminder);
  },
});
