import test from 'ava';
import { startFixture } from '../fixtures/start-fixture.js';
import { serverSettings } from '../support/process-settings.js';
import { startServiceProcess } from '../support/service-process.js';
import { createTestTemporal } from '../support/temporal.js';
import { until } from '../support/until.js';

const hosts = [
  { TZ: 'UTC', LANG: 'C' },
  { TZ: 'Asia/Tokyo', LANG: 'de_DE.UTF-8', LC_ALL: 'tr_TR.UTF-8' },
];

const fixed = {
  offset: 0,
  hours: 0,
  text: 'Thu Jan 01 1970 00:00:00 GMT+0000 (Coordinated Universal Time)',
  local: '1/1/1970, 12:00:00 AM',
  number: '1,234.5',
  zone: 'UTC',
  locale: 'en-US',
  unknownLocale: 'en-US',
  german: '1.234,5',
  order: 'aäz',
  upper: 'I',
};

for (const [first, second] of [hosts, hosts.toReversed()]) {
  test.serial(`continues a run of host ${JSON.stringify(first)} on host ${JSON.stringify(second)}`, async (t) => {
    const temporal = await createTestTemporal();
    t.teardown(() => temporal.close());
    const env = await serverSettings(t, temporal);
    const entry = 'platform/testing/fixtures/worker-process.ts';
    const before = startServiceProcess(t, entry, { ...env, ...first });
    await before.written(/"msg":"Serving"/);
    const handle = await startFixture(temporal, 'seeHost', undefined);
    const isWaiting = async () => {
      const { events } = await handle.fetchHistory();
      return events?.some((event) => event.timerFiredEventAttributes) ?? false;
    };
    await until('the timer has fired', isWaiting);
    before.child.kill('SIGKILL');
    await before.exit;
    startServiceProcess(t, entry, { ...env, ...second });
    await handle.signal('go');
    t.deepEqual(await handle.result(), { seen: fixed, later: fixed });
  });
}
