/** What the activities use is passed in, so that a test can pass something else. */
export interface SampleNameDeps {
  readonly now: () => Date;
}

export const createSampleNameActivities = ({ now }: SampleNameDeps) => ({
  /** Can run more than once: make its effect idempotent, by the run's id. */
  async callSampleName({
    runId,
  }: {
    readonly runId: string;
  }): Promise<{ readonly runId: string; readonly at: string }> {
    return { runId, at: now().toISOString() };
  },
});
