import { setTimeout as delay } from 'node:timers/promises';
import { BenchError } from '../../bench-error.js';
import { spreadOf } from '../../statistics.js';
import { startCountingProxy } from '../counting-proxy.js';
import type { LoopResult } from '../load/closed-loop.js';
import type { HttpRequest } from '../load/http-connection.js';
import { type Bench, loadServer, turnTimes } from '../measures/bench.js';
import { vote } from '../measures/start.js';
import type { DatabaseEnvironment } from '../platform.js';
import type { Server } from '../sides.js';
import { until } from '../until.js';

/** Measurements with a number of open runs. Times in milliseconds, medians of the turns. */
export interface Level {
  readonly open: number;
  readonly openedInSeconds: number;
  readonly startP50: number;
  readonly listP50: number;
  readonly listOpenP50: number;
  /** Calls of an API without requests to Temporal, by method. */
  readonly callsPerSecond: Readonly<Record<string, number>>;
  /** Resident memory of that API: median while calls are counted. */
  readonly megabytes: number;
}

type GrowthBench = Omit<Bench, 'record'>;

const list: HttpRequest = { path: '/v1/runs', expected: 200 };
const listOpen: HttpRequest = { path: '/v1/runs?status=running', expected: 200 };
/** Few, so that a level stays about the same. */
const startsPerTurn = 100;
const openers = { callers: 16, leadSeconds: 0, seconds: 120 };
/** Longest time to accept a number of runs, and then to start them, in milliseconds. */
const openWithin = (runs: number) => 60_000 + 20 * runs;
const sampleEveryMs = 200;

/**
 * Opens runs through the API until each level is reached. No worker polls, so that they stay open at the least cost; everything else is as
 * for other runs: a row in PostgreSQL, and an open workflow in Temporal.
 */
export async function* measureGrowth(
  bench: GrowthBench,
  levels: readonly number[],
  windowSeconds: number,
): AsyncGenerator<Level> {
  const { platform, sides, signal } = bench;
  const database = await platform.createDatabase('bench_growth', signal);
  const namespace = await platform.createNamespace('bench-growth', signal);
  const proxy = await startCountingProxy(platform.temporalAddress);
  try {
    for (const open of levels) {
      const opener = await sides.api(database, namespace, { RUNS_BACKLOG_LIMIT: '1000000' });
      const openedInSeconds = await openRuns(bench, opener, database, open);
      await sides.stop();
      const server = await sides.api(database, namespace, { TEMPORAL_ADDRESS: proxy.address });
      const watched = await watch(server, proxy.calls, windowSeconds, signal);
      yield { open, openedInSeconds, ...watched, ...(await load(bench, server)) };
      await sides.stop();
    }
  } finally {
    proxy.close();
  }
}

/** @returns the seconds until all are open. @throws {BenchError} `level-unreached` */
async function openRuns(
  bench: GrowthBench,
  server: Server,
  database: DatabaseEnvironment,
  open: number,
): Promise<number> {
  const { platform, signal } = bench;
  const began = performance.now();
  const withinMs = openWithin(open);
  const missing = async () => open - (await platform.countRuns(database, 'pending', 'running'));
  for (let rest = await missing(); rest > 0 && performance.now() - began < withinMs; rest = await missing())
    await loadServer(bench, server, { ...openers, requests: [vote], mostRequests: rest });
  const late = () => new BenchError('level-unreached', `${open} runs were not open within ${withinMs / 1000} s`);
  await until(async () => (await platform.countRuns(database, 'running')) >= open, withinMs, late, signal);
  return (performance.now() - began) / 1000;
}

/** Counts the calls of an API without requests, and samples its memory. */
async function watch(
  { program }: Server,
  calls: ReadonlyMap<string, number>,
  seconds: number,
  signal: AbortSignal,
): Promise<Pick<Level, 'callsPerSecond' | 'megabytes'>> {
  const before = new Map(calls);
  const samples: number[] = [];
  const began = performance.now();
  for (; performance.now() - began < seconds * 1000; await delay(sampleEveryMs, undefined, { signal }))
    samples.push(program.megabytes());
  const took = (performance.now() - began) / 1000;
  const rates = [...calls].map(([method, count]) => [method, (count - (before.get(method) ?? 0)) / took] as const);
  return {
    callsPerSecond: Object.fromEntries(rates.filter(([, rate]) => rate > 0)),
    megabytes: spreadOf(samples).median,
  };
}

/** Measures by 1 caller, after a turn to warm up. */
async function load(bench: GrowthBench, server: Server): Promise<Pick<Level, 'startP50' | 'listP50' | 'listOpenP50'>> {
  const turn = (request: HttpRequest, options = {}) =>
    loadServer(bench, server, { ...turnTimes(bench), callers: 1, requests: [request], ...options });
  const median = async (work: () => Promise<LoopResult>) => {
    await work();
    const turns: number[] = [];
    while (turns.length < bench.rounds) turns.push((await work()).p50);
    return spreadOf(turns).median;
  };
  return {
    startP50: await median(() => turn(vote, { leadSeconds: 0, mostRequests: startsPerTurn })),
    listP50: await median(() => turn(list)),
    listOpenP50: await median(() => turn(listOpen)),
  };
}
