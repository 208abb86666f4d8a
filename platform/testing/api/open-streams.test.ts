import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { type ClientRequest, get, type IncomingMessage } from 'node:http';
import test from 'ava';
import { createTestDatabase } from '../support/postgres.js';
import { acceptRun, testRecords } from '../support/runs.js';
import { until } from '../support/until.js';
import { environmentOf, nowhere, startApiProcess } from './support/api-process.js';

const streamCount = 1_000;
const mostMb = 100;

/** Resident memory of a process, in MB (10⁶ bytes). */
const memoryOf = (pid: number): number =>
  (Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) * 1024) / 1e6;

test(`${streamCount} open streams use less than ${mostMb} MB, and each receives the events of its run`, async (t) => {
  const { settings, sequelize } = await createTestDatabase(t);
  const records = testRecords(sequelize);
  const api = await startApiProcess(t, {
    ...environmentOf(settings),
    TEMPORAL_ADDRESS: nowhere.TEMPORAL_ADDRESS,
    // One caller can open half of the limit.
    API_EVENT_STREAMS: String(2 * streamCount),
  });
  const port = await api.port();
  const runs = await Promise.all(Array.from({ length: streamCount }, () => acceptRun(records, { leased: true })));
  // Warm up: memory that the first requests allocate permanently does not count.
  for (let count = 0; count < 50; count += 1) await (await fetch(`http://127.0.0.1:${port}/v1/runs`)).arrayBuffer();
  const before = memoryOf(api.child.pid ?? 0);

  const seen = new Map<string, string>();
  const requests: ClientRequest[] = [];
  t.teardown(() => {
    for (const request of requests) request.destroy();
  });
  await Promise.all(
    runs.map(async ({ id }) => {
      const request = get({ host: '127.0.0.1', port, path: `/v1/runs/${id}/events`, agent: false });
      requests.push(request.on('error', () => {}));
      const [answer] = (await once(request, 'response')) as [IncomingMessage];
      answer.setEncoding('utf8').on('data', (text: string) => seen.set(id, (seen.get(id) ?? '') + text));
    }),
  );
  const count = (what: string) => [...seen.values()].filter((text) => text.includes(what)).length;
  await until('every stream has sent the current state', async () => count('"status":"pending"') === streamCount);
  const open = memoryOf(api.child.pid ?? 0);

  await sequelize.query(
    "UPDATE runs SET status = 'running', temporal_run_id = 'x', started_at = now(), leased_by = NULL, version = version + 1",
  );
  await until('every stream has sent the next state', async () => count('"status":"running"') === streamCount);
  const busy = memoryOf(api.child.pid ?? 0);
  t.log(
    `${before.toFixed(0)} MB before, ${open.toFixed(0)} MB with the streams open, ${busy.toFixed(0)} MB after an event on each`,
  );
  t.true(Math.max(open, busy) - before < mostMb, `${before} → ${open} → ${busy} MB`);
});
