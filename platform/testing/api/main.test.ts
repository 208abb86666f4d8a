import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import test from 'ava';
import { makeToken, readToken } from '../../auth/api-key.js';
import { createApiKeysRepository } from '../../database/api-keys-repository.js';
import { freePort } from '../../http/free-port.js';
import { listen } from '../../http/listen.js';
import { appVersion } from '../../settings/project.js';
import { fetchWithinContract } from '../support/contract.js';
import { createTestDatabase } from '../support/postgres.js';
import { serverVariable } from '../support/servers.js';
import { until } from '../support/until.js';
import { testProduct } from '../test-product.js';
import { environmentOf, nowhere, startApiProcess } from './support/api-process.js';
import { parseAnswer, sendRaw } from './support/raw-http.js';

const startHello = (port: number, action = 'start') =>
  fetchWithinContract(`http://127.0.0.1:${port}/v1/workflows/hello/${action}`, {
    method: 'POST',
    body: '{"name":"Ada"}',
    headers: { 'Content-Type': 'application/json' },
  });

/** Waits until a run has started. */
async function runStarted(port: number): Promise<void> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const { runs } = (await (await fetchWithinContract(`http://127.0.0.1:${port}/v1/runs`)).json()) as {
      runs: { status: string }[];
    };
    if (runs[0]?.status === 'running') return;
    if (Date.now() > deadline) throw new Error('no run has started');
  }
}

/** A start request that stays in flight until `finish` sends its body. */
async function slowStart(port: number) {
  const body = '{"name":"Ada"}';
  const socket = connect(port, '127.0.0.1').on('error', () => {});
  const head = ['POST /v1/workflows/hello/start HTTP/1.1', 'Host: localhost', 'Content-Type: application/json'];
  socket.write([...head, `Content-Length: ${body.length}`, 'Expect: 100-continue', '', ''].join('\r\n'));
  // `100 Continue` shows that the server has the headers and waits for the body.
  await once(socket, 'data');
  return { finish: () => socket.write(body), answer: text(socket).catch(() => '') };
}

test.serial('keeps serving when its log has no reader, and shuts down when its terminal closes', async (t) => {
  for (const LOG_FORMAT of ['json', 'pretty']) {
    const port = await freePort();
    const api = await startApiProcess(t, { ...nowhere, API_PORT: String(port), LOG_FORMAT });
    await api.written(/Listening/);
    api.child.stdout?.destroy();
    // Each request writes a log line.
    for (let request = 0; request < 5; request++)
      t.is((await fetchWithinContract(`http://127.0.0.1:${port}/v1/workflows`)).status, 200);
    api.child.kill('SIGHUP');
    t.is(await api.exit, 0, LOG_FORMAT);
    t.notRegex(api.output(), /EPIPE/);
  }
});

test.serial('starts before PostgreSQL and Temporal, and reports them as down until they are ready', async (t) => {
  const api = await startApiProcess(t, nowhere);
  const port = await api.port();
  t.is((await fetchWithinContract(`http://127.0.0.1:${port}/health/live`)).status, 200);
  t.is((await fetchWithinContract(`http://127.0.0.1:${port}/v1/workflows`)).status, 200);
  const ready = await fetchWithinContract(`http://127.0.0.1:${port}/health/ready`);
  t.is(ready.status, 503);
  t.like(await ready.json(), { status: 'down', failing: ['postgres'] });
  const started = await startHello(port);
  t.is(started.status, 503);
  t.is(started.headers.get('retry-after'), '2');
  t.like(await started.json(), { code: 'database-unavailable' });
  api.child.kill('SIGTERM');
  t.is(await api.exit, 0, api.output());
});

test.serial(
  'if keys are required, accepts a key from the database until one second after its revocation',
  async (t) => {
    const { settings, sequelize } = await createTestDatabase(t);
    const keys = createApiKeysRepository(sequelize);
    const token = makeToken(testProduct);
    const credential = readToken(token) ?? t.fail();
    await keys.create({ ...credential, name: 'ada', scopes: ['runs:read'] }, 'test');
    const api = await startApiProcess(t, {
      ...environmentOf(settings),
      TEMPORAL_ADDRESS: nowhere.TEMPORAL_ADDRESS,
      API_AUTHENTICATION: 'keys',
    });
    const url = `http://127.0.0.1:${await api.port()}`;
    const statusOf = async (headers: Record<string, string>) =>
      (await fetchWithinContract(`${url}/v1/runs`, { headers })).status;
    t.is(await statusOf({}), 401);
    const Authorization = `Bearer ${token}`;
    t.is(await statusOf({ Authorization }), 200);
    // Answered before the app, and also without details.
    t.deepEqual(await (await fetchWithinContract(`${url}/health/live`)).json(), { status: 'ok', service: 'api' });
    t.notRegex(await (await fetchWithinContract(`${url}/health`)).text(), /"version"|latencyMs|uptimeSeconds|"error"/);
    const report = await fetchWithinContract(`${url}/health`, { headers: { Authorization } });
    t.like(await report.json(), { version: appVersion, components: { postgres: { state: 'ok' } } });
    await keys.revoke(credential.id, 'test');
    await until('it is refused', async () => (await statusOf({ Authorization })) === 401, 2_000);
    t.false(api.output().includes(token), 'the log has no token');
  },
);

test.serial('without Temporal, is ready but degraded and accepts runs until the backlog is full', async (t) => {
  const { settings } = await createTestDatabase(t);
  const api = await startApiProcess(t, {
    ...environmentOf(settings),
    TEMPORAL_ADDRESS: nowhere.TEMPORAL_ADDRESS,
    TEMPORAL_CALL_TIMEOUT_MS: '500',
    RUNS_BACKLOG_LIMIT: '3',
  });
  const port = await api.port();
  const url = `http://127.0.0.1:${port}`;
  const first = await startHello(port);
  t.is(first.status, 202);
  t.like(await first.json(), { status: 'pending' });
  let refused = await startHello(port);
  for (let more = 0; more < 3 && refused.status === 202; more += 1) refused = await startHello(port);
  t.is(refused.status, 503);
  t.is(refused.headers.get('retry-after'), '5');
  t.like(await refused.json(), { code: 'backlog-full' });
  t.is((await fetchWithinContract(`${url}/health/ready`)).status, 200);
  t.like(await (await fetchWithinContract(`${url}/health`)).json(), {
    status: 'degraded',
    components: { postgres: { state: 'ok' }, temporal: { state: 'down' }, reconciler: { state: 'ok' } },
  });
});

test.serial('on SIGTERM, reports not ready, then refuses connections and answers requests in flight', async (t) => {
  const { settings } = await createTestDatabase(t);
  const api = await startApiProcess(t, {
    ...environmentOf(settings),
    TEMPORAL_ADDRESS: serverVariable('TEST_TEMPORAL_ADDRESS'),
    TEMPORAL_NAMESPACE: `test-${settings.POSTGRES_DB}`,
    TEMPORAL_NAMESPACE_CREATE: 'true',
    API_SHUTDOWN_DELAY_MS: '1000',
  });
  const port = await api.port();
  const url = `http://127.0.0.1:${port}`;
  const deadline = Date.now() + 60_000;
  const report = async () => (await (await fetchWithinContract(`${url}/health`)).json()) as { status: string };
  while ((await report()).status !== 'ok' && Date.now() < deadline);
  t.like(await report(), {
    status: 'ok',
    service: 'api',
    components: { postgres: { state: 'ok' }, temporal: { state: 'ok' } },
  });

  const slow = await slowStart(port);
  api.child.kill('SIGTERM');
  api.child.kill('SIGINT');
  await api.written(/Shutting down/);
  const ready = await fetchWithinContract(`${url}/health/ready`);
  t.is(ready.status, 503);
  t.like(await ready.json(), { status: 'ok', ready: false, shuttingDown: true });
  t.is((await fetchWithinContract(`${url}/health/live`)).status, 200);

  const refused = async () =>
    sendRaw(port, 'GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n').then(
      (text) => parseAnswer(text).status !== 200,
    );
  while (!(await refused()) && Date.now() < deadline);
  // New connections are refused; requests in flight still get an answer.
  slow.finish();
  t.regex(await slow.answer, /HTTP\/1\.1 202 .*\r\nConnection: close\r\n/s);
  t.is(await api.exit, 0, api.output());
  t.is(api.output().match(/Shutting down/g)?.length, 1);
});

test.serial('at shutdown, answers a caller that waits for a run with its Location', async (t) => {
  const { settings } = await createTestDatabase(t);
  const api = await startApiProcess(t, {
    ...environmentOf(settings),
    TEMPORAL_ADDRESS: serverVariable('TEST_TEMPORAL_ADDRESS'),
    API_SHUTDOWN_DELAY_MS: '0',
    API_SHUTDOWN_GRACE_MS: '15000',
  });
  const port = await api.port();
  const inFlight = startHello(port, 'execute?wait=60s');
  await runStarted(port);
  api.child.kill('SIGTERM');
  const answer = await inFlight;
  t.is(answer.status, 202);
  t.regex(answer.headers.get('location') ?? '', /^\/v1\/runs\//);
  t.is(await api.exit, 0, api.output());
  t.notRegex(api.output(), /Aborted requests/);
});

test.serial('aborts requests that do not end within the grace period', async (t) => {
  const api = await startApiProcess(t, { ...nowhere, API_SHUTDOWN_DELAY_MS: '0', API_SHUTDOWN_GRACE_MS: '200' });
  const port = await api.port();
  const slow = await slowStart(port);
  api.child.kill('SIGTERM');
  t.is(await slow.answer, '');
  t.is(await api.exit, 0, api.output());
  t.regex(api.output(), /Aborted requests/);
});

test.serial('exits with 1 if the port is in use, and names API_PORT in one line', async (t) => {
  const holder = createServer();
  t.teardown(() => holder.close());
  const port = await listen(holder, { host: '127.0.0.1', port: 0, settings: { host: '', port: '' } });
  const api = await startApiProcess(t, { ...nowhere, API_PORT: String(port) });
  t.is(await api.exit, 1);
  const fatal = api
    .output()
    .split('\n')
    .filter((line) => line.includes('"fatal"'));
  t.is(fatal.length, 1);
  t.like(JSON.parse(fatal[0] ?? ''), { msg: `Port ${port} is in use on 127.0.0.1; set API_PORT to another port` });
});

test.serial('exits with 78 and names all invalid settings', async (t) => {
  const api = await startApiProcess(t, { API_PORT: 'x', LOG_LEVEL: 'loud', POSTGRES_PASSWORD: '' });
  t.is(await api.exit, 78);
  for (const name of ['API_PORT', 'LOG_LEVEL', 'POSTGRES_PASSWORD']) t.true(api.output().includes(name), name);
});
