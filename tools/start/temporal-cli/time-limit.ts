/**
 * Aborts the signal of `work` when `signal` aborts, or with `reason` after `ms` milliseconds. `work` must react to its signal.
 */
export async function withTimeLimit<T>(
  limit: { readonly ms: number; readonly reason: string; readonly signal: AbortSignal },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  limit.signal.throwIfAborted();
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(new Error(limit.reason)), limit.ms);
  try {
    return await work(AbortSignal.any([limit.signal, late.signal]));
  } finally {
    clearTimeout(timer);
  }
}
