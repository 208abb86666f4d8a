import { percentileOf } from '../statistics.js';

export interface LoopOptions {
  /** Callers at a time: each sends its next request when its last one is answered. */
  readonly callers: number;
  /** Seconds at the beginning that do not count: connections are opened, code is compiled. */
  readonly leadSeconds: number;
  /** Seconds that count, after those. */
  readonly seconds: number;
  /**
   * Ends sooner, once so many requests have been sent, those of the beginning included.
   * @default - the time alone ends it
   */
  readonly mostRequests?: number;
}

/** What a load has measured. Times in milliseconds. */
export interface LoopResult {
  /** All requests that were answered, those of the beginning and the last ones of each caller included. */
  readonly answered: number;
  /** Requests that were sent in the time that counts: the percentiles are theirs. */
  readonly counted: number;
  readonly p50: number;
  readonly p99: number;
  /** Answers in the time that counts, by its length in seconds. */
  readonly perSecond: number;
}

/** The time ended before there was anything to count. */
class NothingMeasured extends Error {
  readonly code = 'nothing-measured';
  constructor(seconds: number) {
    super(`No request was answered in the ${seconds.toFixed(1)} s that count`);
    this.name = 'NothingMeasured';
  }
}

/**
 * Keeps `callers` requests on their way until the time is over, then waits for the last answers.
 * @param call - one request and its answer; a caller's calls never overlap. What it throws ends the load for all.
 * @param now - the time in milliseconds, from anywhere. @default - the machine's
 * @throws {NothingMeasured}
 * @throws what `call` threw first
 */
export async function closedLoop(
  options: LoopOptions,
  call: (caller: number) => Promise<void>,
  now: () => number = () => performance.now(),
): Promise<LoopResult> {
  const { callers, leadSeconds, seconds, mostRequests = Number.POSITIVE_INFINITY } = options;
  const countFrom = now() + leadSeconds * 1000;
  const planned = countFrom + seconds * 1000;
  /** Brought forward by the last request that may be sent, or by a failure. */
  let until = planned;
  const latencies: number[] = [];
  let [sent, answered, inTime] = [0, 0, 0];

  const run = async (caller: number) => {
    for (let began = now(); began < until; began = now()) {
      sent += 1;
      if (sent >= mostRequests) until = Math.min(until, began);
      await call(caller);
      const ended = now();
      answered += 1;
      if (began >= countFrom) latencies.push(ended - began);
      if (ended >= countFrom && ended <= until) inTime += 1;
    }
  };
  const failing = (caller: number) =>
    run(caller).catch((error: unknown) => {
      until = 0;
      throw error;
    });
  const ends = await Promise.allSettled(Array.from({ length: callers }, (_, caller) => failing(caller)));
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed) throw failed.reason;

  const countedSeconds = (until - countFrom) / 1000;
  if (latencies.length === 0 || countedSeconds <= 0) throw new NothingMeasured(countedSeconds);
  const sorted = Float64Array.from(latencies).sort();
  return {
    answered,
    counted: latencies.length,
    p50: percentileOf(sorted, 0.5),
    p99: percentileOf(sorted, 0.99),
    perSecond: inTime / countedSeconds,
  };
}
