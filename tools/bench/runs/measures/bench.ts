import type { LoopOptions, LoopResult } from '../load/closed-loop.js';
import { type HttpJob, runLoad } from '../load/job.js';
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
  readonly record: Results['record'];
  readonly signal: AbortSignal;
}

export interface BothSides<T> {
  readonly atlas: T;
  readonly bare: T;
}

type Load = Omit<HttpJob, 'host' | 'port'>;
type Requests = Omit<Load, 'leadSeconds' | 'seconds'>;

/** A turn. The unmeasured time is for reconnecting pools and waking up processes. */
export const turnTimes = ({ seconds }: Bench) => ({ leadSeconds: 0.5, seconds }) satisfies Partial<LoopOptions>;
/** Load before the first measurement, for compiling code. */
export const warmUpTimes = { leadSeconds: 0, seconds: 3 } satisfies Partial<LoopOptions>;

/** Sends a load to a server. @throws {BenchError} `program-failed`: the server exited */
export async function loadServer({ signal }: Bench, server: Server, load: Load): Promise<LoopResult> {
  const { program, host, port } = server;
  try {
    return await runLoad({ ...load, host, port }, signal);
  } catch (error) {
    signal.throwIfAborted();
    program.assertRunning();
    throw error;
  }
}

/** Runs a turn of each side in each round, one after the other. */
export async function interleaved<T>(
  { rounds }: Bench,
  sides: BothSides<() => Promise<T>>,
  use: (results: BothSides<T>) => void,
): Promise<void> {
  for (let round = 0; round < rounds; round++) use({ atlas: await sides.atlas(), bare: await sides.bare() });
}

export async function warmUp(bench: Bench, { atlas, bare }: BothSides<Server>, requests: Requests): Promise<void> {
  for (const server of [atlas, bare]) await loadServer(bench, server, { ...requests, ...warmUpTimes });
}

/** Runs a turn of each server in each round. */
export function compareServers(
  bench: Bench,
  { atlas, bare }: BothSides<Server>,
  requests: Requests,
  use: (results: BothSides<LoopResult>) => void,
): Promise<void> {
  const turn = (server: Server) => () => loadServer(bench, server, { ...requests, ...turnTimes(bench) });
  return interleaved(bench, { atlas: turn(atlas), bare: turn(bare) }, use);
}
