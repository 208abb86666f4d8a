import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { freePort } from '../../http/free-port.js';
import { ensureNamespace } from '../../temporal/namespace.js';
import { hello } from '../fixtures/definitions.js';
import { serverSettings } from '../support/process-settings.js';
import { serverVariable } from '../support/servers.js';
import { startServiceProcess } from '../support/service-process.js';
import { createTestTemporal, type TestTemporal } from '../support/temporal.js';
import { until } from '../support/until.js';
import { testProduct } from '../test-product.js';

const health = (env: Record<string, string>, path: string) =>
  fetch(`http://127.0.0.1:${env['WORKER_HEALTH_PORT']}${path}`);

async function pollersOf({ client }: TestTemporal, name: string): Promise<unknown[]> {
  const { namespace } = client.options;
  const { pollers } = await client.workflowService.describeTaskQueue({
    namespace,
    taskQueue: { name },
    taskQueueType: 2,
  });
  return pollers ?? [];
}

async function newTemporal(t: ExecutionContext): Promise<TestTemporal> {
  const temporal = await createTestTemporal();
  t.teardown(() => temporal.close());
  return temporal;
}

test.serial('serves workflows and activities, reports its health, and exits 0 after SIGTERM', async (t) => {
  const temporal = await newTemporal(t);
  const env = await serverSettings(t, temporal);
  const worker = startServiceProcess(t, 'platform/testing/fixtures/worker-process.ts', env);
  await worker.written(/"msg":"Serving"/);
  const outcome = await temporal.execute(hello, {
    workflowId: 'hello-1',
    input: { name: 'Ada' },
    waitMs: 60_000,
  });
  t.is(outcome?.status, 'completed');
  t.is((await health(env, '/health/live')).status, 200);
  t.is((await health(env, '/health/ready')).status, 200);
  t.like(await (await health(env, '/health')).json(), {
    status: 'ok',
    service: 'worker',
    components: { workers: { state: 'ok' }, temporal: { state: 'ok' }, postgres: { state: 'ok' } },
  });
  worker.child.kill('SIGTERM');
  t.is(await worker.exit, 0);
  t.regex(worker.output(), /"msg":"Stopped"/);
});

const helloApart = { ...hello, name: 'helloApart' };

test.serial(
  'executes activities on the queue of their workflow, unless they ask for the queue for activities',
  async (t) => {
    const temporal = await newTemporal(t);
    const env = await serverSettings(t, temporal);
    const worker = startServiceProcess(t, 'platform/testing/fixtures/worker-process.ts', {
      ...env,
      WORKER_TASK_QUEUES: 'workflows',
    });
    await worker.written(/"msg":"Serving"/);
    const input = { name: 'Ada' };
    const { workflows, activities } = testProduct.taskQueues;
    const queuesUsed = async (workflowId: string) => {
      const { events } = await temporal.client.workflow.getHandle(workflowId).fetchHistory();
      return events?.flatMap(({ activityTaskScheduledEventAttributes: it }) => (it ? [it.taskQueue?.name] : []));
    };
    t.like(await temporal.execute(hello, { workflowId: 'hello-1', input, waitMs: 60_000 }), { status: 'completed' });
    t.deepEqual(await queuesUsed('hello-1'), [workflows]);

    // The workflow task is done when the activity is scheduled, which then waits for a worker of the other queue.
    await temporal.engine.start(helloApart, { workflowId: 'apart-1', input });
    await until('the activity is scheduled', async () => (await queuesUsed('apart-1'))?.length === 1);
    t.deepEqual(await queuesUsed('apart-1'), [activities]);
    t.deepEqual(await pollersOf(temporal, activities), []);
    const other = startServiceProcess(t, 'platform/testing/fixtures/worker-process.ts', {
      ...env,
      WORKER_TASK_QUEUES: 'activities',
      WORKER_HEALTH_PORT: String(await freePort()),
    });
    await other.written(/"msg":"Serving"/);
    t.like(await temporal.engine.result('apart-1', 60_000), { status: 'completed' });
  },
);

test.serial('waits for Temporal, alive but not ready', async (t) => {
  const temporal = await newTemporal(t);
  const env = await serverSettings(t, temporal);
  const later = await freePort();
  const worker = startServiceProcess(t, 'platform/testing/fixtures/worker-process.ts', {
    ...env,
    TEMPORAL_ADDRESS: `127.0.0.1:${later}`,
  });
  await worker.written(/Temporal is not reachable yet/);
  t.is((await health(env, '/health/live')).status, 200);
  t.is((await health(env, '/health/ready')).status, 503);

  const [host, port] = temporal.settings.TEMPORAL_ADDRESS.split(':');
  const sockets = new Set<Socket>();
  const gate = createServer((socket) => {
    const upstream = connect(Number(port), host);
    for (const end of [socket, upstream]) sockets.add(end.on('error', () => end.destroy()));
    socket.pipe(upstream).pipe(socket);
  }).listen(later, '127.0.0.1');
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
    gate.close();
  });
  await once(gate, 'listening');
  await worker.written(/"msg":"Serving"/);
  t.is((await health(env, '/health/ready')).status, 200);
});

test.serial('exits 0 after SIGTERM while it waits for Temporal', async (t) => {
  const worker = startServiceProcess(t, 'platform/testing/fixtures/worker-process.ts', {
    TEMPORAL_ADDRESS: '127.0.0.1:1',
    WORKER_HEALTH_PORT: String(await freePort()),
    WORKER_BUNDLE_PATH: serverVariable('TEST_FIXTURE_BUNDLE'),
  });
  await worker.written(/Temporal is not reachable yet/);
  worker.child.kill('SIGTERM');
  t.is(await worker.exit, 0);
});

test.serial('exits 78 with every fault in its settings before it does anything else', async (t) => {
  const worker = startServiceProcess(t, 'platform/testing/fixtures/worker-process.ts', {
    POSTGRES_PASSWORD: '',
    WORKER_ACTIVITY_SLOTS: 'many',
  });
  t.is(await worker.exit, 78);
  t.regex(
    worker.output(),
    /2 invalid settings:\n {2}POSTGRES_PASSWORD: required.*\n {2}WORKER_ACTIVITY_SLOTS: must be a whole number/,
  );
});

test.serial('waits for a namespace that it may not create', async (t) => {
  const temporal = await newTemporal(t);
  const namespace = `later-${randomUUID()}`;
  const env = { ...(await serverSettings(t, temporal)), TEMPORAL_NAMESPACE: namespace };
  const worker = startServiceProcess(t, 'platform/testing/fixtures/worker-process.ts', env);
  await worker.written(/NamespaceNotFound/);
  t.is((await health(env, '/health/ready')).status, 503);
  await ensureNamespace(temporal.client, { ...temporal.settings, TEMPORAL_NAMESPACE: namespace });
  await worker.written(/"msg":"Serving"/);
});

test.serial('stops in time while the server accepts its connection but never answers', async (t) => {
  const silent = createServer(() => {}).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  t.teardown(() => silent.close());
  const worker = startServiceProcess(t, 'platform/testing/fixtures/worker-process.ts', {
    TEMPORAL_ADDRESS: `127.0.0.1:${(silent.address() as AddressInfo).port}`,
    TEMPORAL_CALL_TIMEOUT_MS: '60000',
    RUNS_LEASE_MS: '120000',
    WORKER_HEALTH_PORT: String(await freePort()),
    WORKER_BUNDLE_PATH: serverVariable('TEST_FIXTURE_BUNDLE'),
  });
  await once(silent, 'connection');
  const stoppedAt = performance.now();
  worker.child.kill('SIGTERM');
  t.is(await worker.exit, 0);
  // A call to that server lasts a minute.
  t.true(performance.now() - stoppedAt < 45_000);
});
