import type { LoopResult } from '../load/closed-loop.js';
import { type HttpJob, runHttpLoad } from '../load/job.js';
import type { Platform } from '../platform.js';
import type { Results } from '../results.js';
import type { Server, Sides } from '../sides.js';

/** Parameters of every measure. */
export interface Bench {
  readonly platform: Platform;
  /** Programs of this measure; the caller stops them. */
  readonly sides: Sides;
  readonly rounds: number;
  /** Measured seconds per turn. */
  readonly seconds: number;
  readonly results: Pick<Results, 'record'>;
  readonly signal: AbortSignal;
}

/** Unmeasured seconds at the beginning of a turn, for reconnecting pools and waking up processes. */
export const leadSeconds = 0.5;
/** Seconds of load before the first measurement, for compiling code. */
export const warmUpSeconds = 3;

/** Sends a load to a server. @throws {ProgramFailed} the server exited */
export async function loadServer(
  { program, host, port }: Server,
  job: Omit<HttpJob, 'host' | 'port'>,
  signal: AbortSignal,
): Promise<LoopResult> {
  try {
    return await runHttpLoad({ ...job, host, port }, signal);
  } catch (error) {
    signal.throwIfAborted();
    program.assertRunning();
    throw error;
  }
}

/** Runs a turn of each side in each round, one after the other. */
export async function interleaved<T>(
  rounds: number,
  sides: { readonly atlas: () => Promise<T>; readonly bare: () => Promise<T> },
  use: (results: { atlas: T; bare: T }) => void,
): Promise<void> {
  for (let round = 0; round < rounds; round++) use({ atlas: await sides.atlas(), bare: await sides.bare() });
}
