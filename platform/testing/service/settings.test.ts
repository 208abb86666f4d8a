import test, { type ExecutionContext } from 'ava';
import { exitCodeConfig } from '../../settings/names.js';
import { startServiceProcess } from '../support/service-process.js';

const start = (t: ExecutionContext, env: Readonly<Record<string, string>>) =>
  startServiceProcess(t, 'platform/testing/fixtures/settings-process.ts', { LOG_FORMAT: 'json', ...env });

test('the worker does not start without its secret; the API, which does not use it, does', async (t) => {
  const worker = start(t, { TEST_SERVICE: 'worker', SHOP_REGION: 'eu' });
  t.is(await worker.exit, exitCodeConfig);
  t.regex(worker.output(), /PAYMENTS_TOKEN: required by .*npm run secrets -- set PAYMENTS_TOKEN.*\.env/);
  t.notRegex(worker.output(), /\n {4}at /);
  const api = start(t, { TEST_SERVICE: 'api', SHOP_REGION: 'eu' });
  await api.written(/"names":\["SHOP_PAGE_SIZE","SHOP_REGION","SHOP_WEBHOOK_KEY"\]/);
  api.child.kill('SIGTERM');
  t.is(await api.exit, 0);
});

test('the worker receives its secret', async (t) => {
  const worker = start(t, { TEST_SERVICE: 'worker', SHOP_REGION: 'eu', PAYMENTS_TOKEN: 'sk' });
  await worker.written(/"names":\["PAYMENTS_TOKEN","PAYMENTS_URL","SHOP_REGION"\]/);
  worker.child.kill('SIGTERM');
  t.is(await worker.exit, 0);
});
