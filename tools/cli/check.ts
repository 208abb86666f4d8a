/** Something that is looked at before work begins. */
export interface Check {
  readonly title: string;
  /** Resolves with what was found; rejects with an error whose message says what is wrong and how to mend it. */
  readonly run: () => Promise<string>;
}

export type CheckResult =
  | { readonly title: string; readonly found: string }
  | { readonly title: string; readonly error: Error };

/** Runs all of them, those that fail too, at the same time; the results are in their order. */
export const runChecks = (checks: readonly Check[]): Promise<CheckResult[]> =>
  Promise.all(
    checks.map(({ title, run }) =>
      run().then(
        (found) => ({ title, found }),
        (error: Error) => ({ title, error }),
      ),
    ),
  );
