import { DeadlineExceeded } from './errors.js';

export interface CallOptions {
  /**
   * Limits the whole call with its attempts and pauses, in milliseconds; `Infinity` for no limit.
   * @default - `timeoutMs` of the client
   */
  readonly timeoutMs?: number | undefined;
  /** Aborts the call, which then throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** The longest delay of a timer: about 25 days. */
const longestTimerMs = 2 ** 31 - 1;

/** The time limit of one call. */
export type Deadline = ReturnType<typeof createDeadline>;

function createDeadline(timeoutMs: number, callerSignal?: AbortSignal) {
  const controller = new AbortController();
  const { signal } = controller;
  const endsAt = performance.now() + timeoutMs;
  let last: { outcome?: string; runId?: string; cause?: unknown } = {};
  const exceeded = () => new DeadlineExceeded(timeoutMs, last.outcome, last.runId, { cause: last.cause });
  const timer =
    timeoutMs <= longestTimerMs ? setTimeout(() => controller.abort(exceeded()), Math.max(0, timeoutMs)) : undefined;
  const abort = () => controller.abort(callerSignal?.reason);
  if (callerSignal?.aborted) abort();
  callerSignal?.addEventListener('abort', abort, { once: true });
  const remainingMs = () => Math.max(0, endsAt - performance.now());

  return {
    /** Aborts when the time is up or the caller's own signal aborts. */
    signal,
    remainingMs,
    /** Whether the call waits for a run that it has recorded. */
    isWaitingForRun: () => last.runId !== undefined,
    /** Records the outcome of the last attempt, and the run that the call waits for, for the error. */
    record(outcome: string, { runId = last.runId, cause }: { runId?: string | undefined; cause?: unknown } = {}): void {
      last = { outcome, cause, ...(runId === undefined ? {} : { runId }) };
    },
    /** Waits for `ms` milliseconds. @throws {DeadlineExceeded} at once, if the time would be up by then */
    async pause(ms: number): Promise<void> {
      signal.throwIfAborted();
      if (ms >= remainingMs()) throw exceeded();
      await pause(ms, signal);
    },
    /** Stops the timer: `signal` no longer aborts. */
    close() {
      clearTimeout(timer);
      callerSignal?.removeEventListener('abort', abort);
    },
  };
}

/** Waits for `ms` milliseconds. @throws the reason of `signal` when it aborts */
export async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  const over = new AbortController();
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(resolve, Math.min(ms, longestTimerMs));
    const abort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    signal?.addEventListener('abort', abort, { once: true, signal: over.signal });
  }).finally(() => over.abort());
}

/** Runs `work` with its own deadline. */
export async function withDeadline<T>(
  timeoutMs: number,
  signal: AbortSignal | undefined,
  work: (deadline: Deadline) => Promise<T>,
): Promise<T> {
  const deadline = createDeadline(timeoutMs, signal);
  try {
    return await work(deadline);
  } finally {
    deadline.close();
  }
}
