/** A decision, as it crosses from the workflow: JSON only, so the time is an ISO 8601 string. */
export interface DecisionInput {
  readonly runId: string;
  /** Which decision of the run; with `runId` it makes the row unique. */
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
    /** Writes once for each run and step; says whether this call was the one that wrote. */
    record(decision: Omit<DecisionInput, 'decidedAt'> & { decidedAt: Date }): Promise<{ recorded: boolean }>;
  };
  /** Tells the people who decide. */
  readonly notify: (reminder: Reminder) => Promise<void>;
}

export const createApprovalActivities = ({ decisions, notify }: ApprovalDeps) => ({
  /** Records a decision. The first one for a run and step stays: a retry finds the row there and changes nothing. */
  async recordDecision(decision: DecisionInput): Promise<void> {
    await decisions.record({ ...decision, decidedAt: new Date(decision.decidedAt) });
  },

  /** Sends one reminder. A retry may send it again. */
  async sendReminder(reminder: Reminder): Promise<void> {
    await notify(reminder);
  },
});
