export interface Check {
  readonly title: string;
  /** Resolves with the finding; rejects with an error that says what is wrong and what to do. */
  readonly run: () => Promise<string>;
}

export type CheckResult =
  | { readonly title: string; readonly found: string }
  | { readonly title: string; readonly error: Error };

/** Runs all checks in parallel. The results have the same order. */
export const runChecks = (checks: readonly Check[]): Promise<CheckResult[]> =>
  Promise.all(
    checks.map(({ title, run }) =>
      run().then(
        (found) => ({ title, found }),
        (error: Error) => ({ title, error }),
      ),
    ),
  );
