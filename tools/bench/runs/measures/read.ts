import { setTimeout as delay } from 'node:timers/promises';
import { healthPaths } from '../../../../platform/settings/names.js';
import { type Spread, spreadOf } from '../../statistics.js';
import { exchange, HttpConnection, type HttpRequest, headOf } from '../load/http-connection.js';
import { readCallers as callers, memoryRequests } from '../rows.js';
import type { Server } from '../sides.js';
import { type Bench, compareServers, interleaved, loadServer, warmUp } from './bench.js';
import { executeSteps } from './execute.js';

const readHealth: HttpRequest = { path: healthPaths.live, expected: 200 };
const completedRuns = 100;
const execute = executeSteps(1, 'activity');

/** Creates completed runs with our API and worker. `requests` read them. */
async function createRuns({ platform, sides, signal }: Bench, name: string) {
  const database = await platform.createDatabase(`bench_${name}`, signal);
  const namespace = await platform.createNamespace(`bench-${name}`, signal);
  await sides.worker(database, namespace);
  const { host, port } = await sides.api(database, namespace);
  const connection = await HttpConnection.open(host, port);
  const requests: HttpRequest[] = [];
  while (requests.length < completedRuns) {
    const { body } = await exchange(connection, headOf(execute, host), execute);
    requests.push({ path: `/v1/runs/${JSON.parse(body.toString()).id}`, expected: 200 });
  }
  connection.close();
  await sides.stop();
  return { requests, startApi: () => sides.api(database, namespace), startBare: () => sides.bareKoa(database) };
}

/** Measures reading a run by id, and the liveness probe. The bare side reads the same rows. */
export async function measureGet(bench: Bench): Promise<void> {
  const { requests: runs, startApi, startBare } = await createRuns(bench, 'get');
  const servers = { atlas: await startApi(), bare: await startBare() };
  for (const [row, requests] of [
    ['get-run', runs],
    ['get-health', [readHealth]],
  ] as const) {
    await warmUp(bench, servers, { requests, callers });
    await compareServers(bench, servers, { requests, callers }, ({ atlas, bare }) =>
      bench.record(row, { atlas: atlas.perSecond, bare: bare.perSecond }),
    );
  }
}

/** Times in milliseconds. */
const restMs = 2_000;
const sampleEveryMs = 200;
/** Longer than any load: the number of requests ends it. */
const withoutEndSeconds = 240;

/**
 * Measures the memory of a new server when idle, and then under load of runs and probes. Each round has new processes. Garbage collection
 * makes memory oscillate, so it takes many samples.
 */
export async function measureMemory(bench: Bench): Promise<void> {
  const { sides, signal } = bench;
  const { requests: runs, startApi, startBare } = await createRuns(bench, 'memory');
  const requests = runs.flatMap((run) => [run, readHealth]);

  /** @returns the memory during the load */
  const load = async (server: Server, mostRequests: number): Promise<Spread> => {
    const samples: number[] = [];
    let isOver = false;
    const sample = async () => {
      for (; !isOver; await delay(sampleEveryMs)) samples.push(server.program.megabytes());
    };
    const times = { leadSeconds: 0, seconds: withoutEndSeconds };
    const sent = loadServer(bench, server, { requests, callers, ...times, mostRequests }).finally(() => {
      isOver = true;
    });
    await Promise.all([sample(), sent]);
    return spreadOf(samples);
  };
  const turn = async (server: Server) => {
    await delay(restMs, undefined, { signal });
    const idle = server.program.megabytes();
    const first = await load(server, memoryRequests.first);
    const second = await load(server, memoryRequests.second);
    const third = await load(server, memoryRequests.third);
    await sides.stop();
    const highest = Math.max(first.max, second.max, third.max);
    return { idle, after: third.median, highest, growth: third.min - second.min };
  };
  const turns = { atlas: async () => turn(await startApi()), bare: async () => turn(await startBare()) };
  await interleaved(bench, turns, ({ atlas, bare }) => {
    for (const when of ['idle', 'after', 'highest', 'growth'] as const)
      bench.record(`memory-${when}`, { atlas: atlas[when], bare: bare[when] });
  });
}
