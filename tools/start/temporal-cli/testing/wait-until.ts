import { setTimeout as delay } from 'node:timers/promises';

/** Waits until `condition` holds, at most 10 s. */
export async function waitUntil(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 60_000;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`did not come true within 10 s: ${condition}`);
    await delay(10);
  }
}
