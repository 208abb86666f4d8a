import { BenchError } from '../../bench-error.js';
import { percentileOf } from '../../statistics.js';

export interface LoopOptions {
  /** Concurrent callers; each sends its next request after the last answer. */
  readonly callers: number;
  /** Unmeasured seconds at the beginning, for opening connections and compiling code. */
  readonly leadSeconds: number;
  /** Measured seconds after those. */
  readonly seconds: number;
  /**
   * Ends earlier after this number of requests, including unmeasured ones.
   * @default - no limit
   */
  readonly mostRequests?: number;
}

/** Measurements of a load. Times in milliseconds. */
export interface LoopResult {
  /** All answered requests, including unmeasured ones and the last one of each caller. */
  readonly answered: number;
  /** Requests sent in the measured time, the basis of the percentiles. */
  readonly counted: number;
  readonly p50: number;
  readonly p99: number;
  /** Answers per second in the measured time. */
  readonly perSecond: number;
}

/**
 * Keeps `callers` requests in flight until the time is over, then waits for the last answers.
 * @param call - sends a request and waits for its answer; the calls of a caller never overlap. An error ends the load for all callers.
 * @param now - a monotonic clock in milliseconds. @default - performance.now
 * @throws {BenchError} `nothing-measured`
 * @throws the first error of `call`
 */
export async function closedLoop(
  options: LoopOptions,
  call: (caller: number) => Promise<unknown>,
  now: () => number = () => performance.now(),
): Promise<LoopResult> {
  const { callers, leadSeconds, seconds, mostRequests = Number.POSITIVE_INFINITY } = options;
  const countFrom = now() + leadSeconds * 1000;
  /** Moved forward by the last permitted request, or by a failure. */
  let until = countFrom + seconds * 1000;
  const latencies: number[] = [];
  let [sent, answered, inTime] = [0, 0, 0];

  const run = async (caller: number) => {
    try {
      for (let began = now(); began < until; began = now()) {
        sent += 1;
        if (sent >= mostRequests) until = Math.min(until, began);
        await call(caller);
        const ended = now();
        answered += 1;
        if (began >= countFrom) latencies.push(ended - began);
        if (ended >= countFrom && ended <= until) inTime += 1;
      }
    } catch (error) {
      until = 0;
      throw error;
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: callers }, (_, caller) => run(caller)));
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed) throw failed.reason;

  const countedSeconds = (until - countFrom) / 1000;
  if (latencies.length === 0 || countedSeconds <= 0)
    throw new BenchError('nothing-measured', `No request was answered in the measured ${countedSeconds.toFixed(1)} s`);
  const sorted = Float64Array.from(latencies).sort();
  return {
    answered,
    counted: latencies.length,
    p50: percentileOf(sorted, 0.5),
    p99: percentileOf(sorted, 0.99),
    perSecond: inTime / countedSeconds,
  };
}
