/** How many of each were removed. */
export interface PurgedBatch {
  readonly runs: number;
  readonly keys: number;
  readonly auditEntries: number;
}

export interface RetentionDeps {
  /** Removes a bounded number of each. */
  readonly purge: () => Promise<PurgedBatch>;
}

export const createRetentionActivities = ({ purge }: RetentionDeps) => ({
  /** Removes a batch of the runs, keys and audit entries that are older than they are to be kept. A retry removes more of them. */
  purgeBatch: async (): Promise<PurgedBatch> => purge(),
});
