/**
 * Gives `work` a signal that aborts when `signal` does, or with `reason` when `ms` milliseconds have passed.
 * Rejects only when `work` does: `work` must heed its signal.
 */
export async function withTimeLimit<T>(
  limit: { readonly ms: number; readonly reason: string; readonly signal: AbortSignal },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const abort = () => controller.abort(limit.signal.reason);
  limit.signal.throwIfAborted();
  limit.signal.addEventListener('abort', abort, { once: true });
  const timer = setTimeout(() => controller.abort(new Error(limit.reason)), limit.ms);
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
    limit.signal.removeEventListener('abort', abort);
  }
}
