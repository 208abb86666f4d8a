import { connect } from 'node:net';
import test from 'ava';
import { startTestApi } from './support/api.js';
import { createInMemoryRuns } from './support/in-memory-runs.js';

test('logs one line per request, with method, path without query, status, duration and code', async (t) => {
  const api = await startTestApi();
  t.teardown(() => api.close());
  await api.fetch('/v1/runs?limit=secret');
  const line = await api.waitFor((each) => each['msg'] === 'request');
  t.like(line, { level: 'info', method: 'GET', path: '/v1/runs', status: 422, code: 'parameter-invalid' });
  t.is(typeof line['durationMs'], 'number');
  t.is(api.lines.length, 1);
  t.false(JSON.stringify(line).includes('secret'));
});

test('names the run that a request starts or addresses', async (t) => {
  const api = await startTestApi();
  t.teardown(() => api.close());
  const headers = { 'Content-Type': 'application/json' };
  const answer = await api.fetch('/v1/workflows/hello/start', { method: 'POST', headers, body: '{"name":"Ada"}' });
  const { id } = (await answer.json()) as { id: string };
  t.like(await api.waitFor(({ method }) => method === 'POST'), { status: 202, runId: id });
  await api.fetch(`/v1/runs/${id}/history`);
  t.like(await api.waitFor(({ path }) => path === `/v1/runs/${id}/history`), { runId: id });
});

test('logs 5xx answers at warn', async (t) => {
  const runs = createInMemoryRuns();
  const api = await startTestApi({ runs });
  t.teardown(() => api.close());
  runs.failWith(new Error('no'));
  await api.fetch('/v1/runs');
  t.like(await api.waitFor((each) => each['msg'] === 'request'), { level: 'warn', status: 500 });
});

test('logs a request as aborted if the client disconnects', async (t) => {
  const api = await startTestApi();
  t.teardown(() => api.close());
  const body = JSON.stringify({ name: 'Ada' });
  const socket = connect(api.port, '127.0.0.1').end(
    `POST /v1/workflows/hello/execute?wait=1s HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
  const deadline = Date.now() + 60_000;
  const started = async () => ((await (await api.fetch('/v1/runs')).json()) as { runs: unknown[] }).runs.length > 0;
  while (!(await started()) && Date.now() < deadline);
  socket.destroy();
  t.like(await api.waitFor((each) => each['method'] === 'POST'), { aborted: true });
});
