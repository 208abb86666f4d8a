import { setTimeout as delay } from 'node:timers/promises';
import type { Ledger } from './ledger.js';
import type { TemporalCount } from './temporal-count.js';
import { steps } from './three-effects/definition.js';

export interface ConvergeOptions {
  readonly ledger: Ledger;
  readonly temporal: TemporalCount;
  readonly runs: number;
  /** Longest wait until every run has ended, in milliseconds. */
  readonly boundMs: number;
  readonly signal: AbortSignal;
}

const pollMs = 250;
/** Without changes for this time, the state counts as final, in milliseconds; delayed calls poll every 100 ms. */
const quietMs = 3_000;
/** Longest wait for the final state. */
const quietBoundMs = 30_000;

/**
 * Waits until every run has ended and nothing changes any more, or until the timeouts.
 * @returns whether every run ended in time
 */
export async function converge({ ledger, temporal, runs, boundMs, signal }: ConvergeOptions): Promise<boolean> {
  const ended = await until(boundMs, signal, async () => {
    const finished = await ledger.count('runs WHERE ended_at IS NOT NULL');
    if (finished < runs || (await ledger.count('kill_effects')) < runs * steps.length) return false;
    const { total, open } = await temporal.count();
    return total >= runs && open === 0;
  });
  let last = '';
  let since = performance.now();
  await until(quietBoundMs, signal, async () => {
    const now = JSON.stringify([
      await ledger.count('runs'),
      await ledger.count('kill_attempts'),
      await ledger.count('kill_effects'),
      await ledger.count('kill_status_changes'),
      await temporal.count(),
    ]);
    if (now !== last) since = performance.now();
    last = now;
    return performance.now() - since >= quietMs;
  });
  return ended;
}

async function until(boundMs: number, signal: AbortSignal, holds: () => Promise<boolean>): Promise<boolean> {
  const deadline = performance.now() + boundMs;
  while (!(await holds())) {
    if (performance.now() > deadline) return false;
    await delay(pollMs, undefined, { signal });
  }
  return true;
}
