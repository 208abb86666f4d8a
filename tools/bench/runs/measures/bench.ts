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

type Load = Omit<HttpJob, 'host' | 'port'>;
type Requests = Omit<Load, 'leadSeconds' | 'seconds'>;

/** A turn. The unmeasured time is for reconnecting pools and waking up processes. */
export const turnTimes = ({ seconds }: Pick<Bench, 'seconds'>) =>
  ({ leadSeconds: 0.5, seconds }) satisfies Partial<LoopOptions>;
/** Load before the first measurement, for compiling code. */
export const warmUpTimes = { leadSeconds: 0, seconds: 3 } satisfies Partial<LoopOptions>;

/** Sends a load to a server. @throws {BenchError} `program-failed`: the server exited */
export async function loadServer({ signal }: Pick<Bench, 'signal'>, server: Server, load: Load): Promise<LoopResult> {
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
export async function interleaved<Side extends string, T>(
  { rounds }: Pick<Bench, 'rounds'>,
  sides: Readonly<Record<Side, () => Promise<T>>>,
  use: (results: Readonly<Record<Side, T>>) => void,
): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    const results: Partial<Record<Side, T>> = {};
    for (const side of Object.keys(sides) as Side[]) results[side] = await sides[side]();
    use(results as Record<Side, T>);
  }
}

type Servers<Side extends string> = Readonly<Record<Side, Server>>;

export async function warmUp(bench: Bench, servers: Servers<string>, requests: Requests): Promise<void> {
  for (const server of Object.values(servers)) await loadServer(bench, server, { ...requests, ...warmUpTimes });
}

/** Runs a turn of each server in each round. */
export function compareServers<Side extends string>(
  bench: Bench,
  servers: Servers<Side>,
  requests: Requests,
  use: (results: Readonly<Record<Side, LoopResult>>) => void,
): Promise<void> {
  const turn = (server: Server) => () => loadServer(bench, server, { ...requests, ...turnTimes(bench) });
  const turns = Object.entries<Server>(servers).map(([side, server]) => [side, turn(server)]);
  return interleaved(bench, Object.fromEntries(turns) as Record<Side, ReturnType<typeof turn>>, use);
}
