import test from 'ava';
import { createDatabase } from '../../database/connection.js';
import { freePort } from '../../http/free-port.js';
import { scheduleIdOf } from '../../temporal/planned-schedules.js';
import { forwardTo, openLine } from '../database/support/proxy.js';
import { settingsFor } from '../support/postgres.js';
import { serverSettings } from '../support/process-settings.js';
import { type ServiceProcess, startServiceProcess } from '../support/service-process.js';
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

test('a worker applies the schedules when Temporal is back', async (t) => {
  const temporal = await createTestTemporal();
  t.teardown(() => temporal.close());
  const env = await serverSettings(t, temporal);
  const [host = '', port] = temporal.settings.TEMPORAL_ADDRESS.split(':');
  const toTemporal = await openLine(t, forwardTo(host, Number(port)));
  const sequelize = createDatabase(settingsFor(env['POSTGRES_DB'] ?? ''), { applicationName: 'test' });
  t.teardown(() => sequelize.close());
  // Delays the election, so that Temporal is away when the worker applies the schedules for the first time.
  const lock = await sequelize.transaction();
  // On a busy machine, the worker may need longer to start than the server keeps an idle transaction open by default.
  await sequelize.query('SET LOCAL idle_in_transaction_session_timeout = 0', { transaction: lock });
  await sequelize.query('LOCK TABLE schedule_workers', { transaction: lock });
  const worker = startServiceProcess(t, 'platform/testing/fixtures/worker-process.ts', {
    ...env,
    TEMPORAL_ADDRESS: `127.0.0.1:${toTemporal.port}`,
    TEMPORAL_CALL_TIMEOUT_MS: '1000',
    POSTGRES_STATEMENT_TIMEOUT_MS: '60000',
  });
  await worker.written(/"msg":"Serving"/);
  toTemporal.cut();
  await lock.commit();
  await worker.written(/"msg":"Cannot apply the schedules; retrying"/);
  toTemporal.mend();
  await worker.written(created);
  await worker.written(/"msg":"Applied the schedules"/);
  const { spec } = await temporal.client.schedule.getHandle(scheduleIdOf(testProduct, 'tick')).describe();
  t.truthy(spec);
  t.is(worker.child.exitCode, null);
});
