import test from 'ava';
import { scheduleIdOf } from '../../temporal/planned-schedules.js';
import { serverSettings } from '../support/process-settings.js';
import { freePort, type ServiceProcess, startServiceProcess } from '../support/service-process.js';
import { createTestTemporal } from '../support/temporal.js';
import { until } from '../support/until.js';
import { testProduct } from '../test-product.js';

const created = /"schedule":"[^"]*tick","msg":"Created a schedule"/;

test('one of several workers creates the schedules, and runs are recorded without an API', async (t) => {
  const temporal = await createTestTemporal();
  t.teardown(() => temporal.close());
  const env = await serverSettings(t, temporal);
  const start = async (): Promise<ServiceProcess> => {
    const health = { WORKER_HEALTH_PORT: String(await freePort()) };
    const worker = startServiceProcess(t, 'platform/testing/fixtures/worker-process.ts', { ...env, ...health });
    await worker.written(/"msg":"Serving"/);
    return worker;
  };
  const workers = await Promise.all([start(), start()]);
  const creators = () => workers.filter((worker) => created.test(worker.output()));
  await until('a worker has created the schedule', () => creators().length > 0);
  const schedule = temporal.client.schedule.getHandle(scheduleIdOf(testProduct, 'tick'));
  await schedule.trigger();
  const finished = async () => {
    const action = (await schedule.describe()).info.recentActions.at(-1);
    if (!action) return undefined;
    const { workflowId, firstExecutionRunId } = action.action.workflow;
    return temporal.client.workflow.getHandle(workflowId, firstExecutionRunId).result();
  };
  await until('the action', async () => (await finished()) !== undefined);
  t.regex(((await finished()) as { runId: string }).runId, /^[0-9a-f-]{36}$/);
  t.is(creators().length, 1);
  for (const worker of workers) worker.child.kill('SIGTERM');
  for (const worker of workers) t.is(await worker.exit, 0);
  const next = await start();
  t.notRegex(next.output(), /(Created|Changed|Deleted) a schedule/);
});
