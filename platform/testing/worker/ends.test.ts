import test from 'ava';
import { startFixture } from '../fixtures/start-fixture.js';
import { serverSettings } from '../support/process-settings.js';
import { startServiceProcess } from '../support/service-process.js';
import { createTestTemporal } from '../support/temporal.js';

const entry = 'platform/testing/fixtures/worker-process.ts';

test.serial('exits 0 after SIGTERM although an activity ignores its cancellation', async (t) => {
  const temporal = await createTestTemporal();
  t.teardown(() => temporal.close());
  const env = await serverSettings(t, temporal);
  const worker = startServiceProcess(t, entry, { ...env, WORKER_SHUTDOWN_GRACE_MS: '200' });
  await worker.written(/"msg":"Serving"/);
  await startFixture(temporal, 'holdOn', undefined);
  await worker.written(/an activity has begun/);
  worker.child.kill('SIGTERM');
  t.is(await worker.exit, 0);
  t.regex(worker.output(), /"level":"warn".*Activities ignore their cancellation/);
  t.notRegex(worker.output(), /"level":"fatal"|still in use/);
});

test.serial('is no longer alive after a fatal error, and exits 1 within 10 s', async (t) => {
  const temporal = await createTestTemporal();
  t.teardown(() => temporal.close());
  const env = await serverSettings(t, temporal);
  const worker = startServiceProcess(t, entry, env);
  await worker.written(/"msg":"Serving"/);
  const live = () =>
    fetch(`http://127.0.0.1:${env['WORKER_HEALTH_PORT']}/health/live`).then(
      ({ status }) => status,
      () => 'gone',
    );
  t.is(await live(), 200);
  // Several runs are in flight, one of them in an activity that does not end.
  await startFixture(temporal, 'holdOn', undefined);
  await worker.written(/an activity has begun/);
  for (let count = 0; count < 5; count += 1) await startFixture(temporal, 'endThread', undefined);
  await worker.written(/exited while there were still pending completions/);
  const failedAt = performance.now();
  const answers = new Set<number | string>();
  while (worker.child.exitCode === null && performance.now() - failedAt < 10_000) answers.add(await live());
  t.is(worker.child.exitCode, 1);
  t.true(answers.has(503));
  await worker.exit;
  t.regex(worker.output(), /"level":"fatal".*"msg":"The worker failed"/);
});
