/** Those who wait for the starts of certain runs. */
export interface StartWaiters {
  /** Resolves with what is told of the run, or with `false` after `waitMs` (milliseconds). */
  wait(runId: string, waitMs: number): Promise<boolean>;
  tell(runId: string, started: boolean): void;
}

export function createStartWaiters(): StartWaiters {
  const waiting = new Map<string, Set<(started: boolean) => void>>();
  return {
    wait: (runId, waitMs) =>
      new Promise((resolve) => {
        const others = waiting.get(runId) ?? new Set();
        const told = (started: boolean) => {
          clearTimeout(timer);
          others.delete(told);
          if (others.size === 0) waiting.delete(runId);
          resolve(started);
        };
        const timer = setTimeout(() => told(false), waitMs);
        waiting.set(runId, others.add(told));
      }),
    tell(runId, started) {
      for (const told of [...(waiting.get(runId) ?? [])]) told(started);
    },
  };
}
