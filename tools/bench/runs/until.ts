import { setTimeout as delay } from 'node:timers/promises';

const pollMs = 100;

/**
 * Waits until the condition holds.
 * @throws the error of `late` after `withinMs` milliseconds
 * @throws the reason of `signal`
 */
export async function until(
  condition: () => Promise<boolean>,
  withinMs: number,
  late: () => Error,
  signal: AbortSignal,
): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!(await condition())) {
    signal.throwIfAborted();
    if (performance.now() > deadline) throw late();
    await delay(pollMs);
  }
}
