import test from 'ava';
import { startTestApi } from './support/api.js';

test('a platform that is well is 200 on all three', async (t) => {
  const api = await startTestApi();
  t.teardown(() => api.close());
  for (const path of ['/health', '/health/live', '/health/ready']) t.is((await api.fetch(path)).status, 200, path);
});

test('without a critical component it is alive, but not ready', async (t) => {
  const checks = [{ name: 'postgres', critical: true, run: () => Promise.reject(new Error('gone')) }];
  const api = await startTestApi({ health: { checks } });
  t.teardown(() => api.close());
  t.is((await api.fetch('/health/live')).status, 200);
  const ready = await api.fetch('/health/ready');
  t.is(ready.status, 503);
  t.truthy(ready.headers.get('retry-after'));
  t.like(await ready.json(), { status: 'down', ready: false, failing: ['postgres'] });
  t.is((await api.fetch('/health')).status, 503);
});

test('without another component it is degraded, and ready', async (t) => {
  const checks = [{ name: 'temporal', critical: false, run: () => Promise.reject(new Error('gone')) }];
  const api = await startTestApi({ health: { checks } });
  t.teardown(() => api.close());
  t.like(await (await api.fetch('/health/ready')).json(), { status: 'degraded', ready: true });
  const report = await api.fetch('/health');
  t.is(report.status, 200);
  t.like(await report.json(), { status: 'degraded', components: { temporal: { state: 'down', critical: false } } });
});

test('probes are logged at debug', async (t) => {
  const api = await startTestApi();
  t.teardown(() => api.close());
  await api.fetch('/health/live');
  t.is((await api.waitFor((line) => line['path'] === '/health/live'))['level'], 'debug');
});
