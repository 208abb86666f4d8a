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

/** The time limit of one call. */
export interface Deadline {
  /** Aborts when the time is up or the caller's own signal aborts. */
  readonly signal: AbortSignal;
  remainingMs(): number;
  /** Whether the call waits for a run that it has recorded. */
  isWaitingForRun(): boolean;
  /** Records the outcome of the last attempt, and the run that the call waits for, for the error. */
  record(outcome: string, more?: { readonly runId?: string; readonly cause?: unknown }): void;
  /**
   * Waits for `ms` milliseconds.
   * @throws {DeadlineExceeded} at once, if the time would be up by then
   */
  pause(ms: number): Promise<void>;
  /** Stops the timer: `signal` no longer aborts. */
  close(): void;
}

/** The longest delay of a timer: about 25 days. */
const longestTimerMs = 2 ** 31 - 1;

function createDeadline(timeoutMs: number, callerSignal?: AbortSignal): Deadline {
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
    signal,
    remainingMs,
    isWaitingForRun: () => last.runId !== undefined,
    record(outcome, { runId = last.runId, cause } = {}) {
      last = { outcome, cause, ...(runId === undefined ? {} : { runId }) };
    },
    async pause(ms) {
      signal.throwIfAborted();
      if (ms >= remainingMs()) throw exceeded();
      await pause(ms, signal);
    },
    close() {
      clearTimeout(timer);
      callerSignal?.removeEventListener('abort', abort);
    },
  };
}

/**
 * Waits for `ms` milliseconds.
 * @throws the reason of `signal` when it aborts
 */
export function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const abort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(
      () => {
        signal?.removeEventListener('abort', abort);
        resolve();
      },
      Math.min(ms, longestTimerMs),
    );
    signal?.addEventListener('abort', abort, { once: true });
  });
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
