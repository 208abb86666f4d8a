import { setTimeout as delay } from 'node:timers/promises';
import type { Kept } from './kept-process.js';
import type { Random } from './random.js';

export interface KillerOptions {
  readonly victims: readonly [Kept, ...Kept[]];
  /** Time between two kills, in milliseconds. */
  readonly pauseMs: { readonly least: number; readonly most: number };
  /** Maximum of kills per victim. @default - unlimited */
  readonly killsOfEach?: number;
  readonly random: Random;
  readonly signal: AbortSignal;
}

/** Kills random victims at random times until the signal aborts. Skips victims that are not running. */
export async function killAtRandom({ victims, pauseMs, killsOfEach, random, signal }: KillerOptions): Promise<void> {
  const left = new Map(victims.map((victim) => [victim, killsOfEach ?? Number.POSITIVE_INFINITY]));
  while (!signal.aborted) {
    await delay(random.between(pauseMs.least, pauseMs.most), undefined, { signal }).catch(() => {});
    const alive = [...left].filter(([, kills]) => kills > 0).map(([victim]) => victim);
    const [first, ...others] = alive;
    if (signal.aborted || !first) return;
    const victim = random.pick([first, ...others]);
    if (victim.kill()) left.set(victim, (left.get(victim) ?? 0) - 1);
  }
}
