/** Waits for attempts to start runs. */
export type StartWaiters = ReturnType<typeof createStartWaiters>;

export function createStartWaiters() {
  const waiters = new Map<string, Set<(started: boolean) => void>>();
  return {
    /** Resolves with whether the next attempt started the run; `false` after `waitMs` (milliseconds). */
    wait: (runId: string, waitMs: number): Promise<boolean> =>
      new Promise((resolve) => {
        const ofRun = waiters.get(runId) ?? new Set();
        const settle = (started: boolean) => {
          clearTimeout(timer);
          ofRun.delete(settle);
          if (ofRun.size === 0) waiters.delete(runId);
          resolve(started);
        };
        const timer = setTimeout(() => settle(false), waitMs);
        waiters.set(runId, ofRun.add(settle));
      }),
    notify(runId: string, started: boolean): void {
      for (const settle of [...(waiters.get(runId) ?? [])]) settle(started);
    },
  };
}
