export interface RetentionDeps {
  /** Removes a bounded number of each. @returns how many went */
  readonly purge: () => Promise<{ readonly runs: number; readonly keys: number }>;
}

export const createRetentionActivities = ({ purge }: RetentionDeps) => ({
  /** Removes a batch of the runs and keys that are older than they are to be kept. A retry removes more of them. */
  purgeBatch: async (): Promise<{ runs: number; keys: number }> => purge(),
});
