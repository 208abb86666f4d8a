import test from 'ava';
import { createHealthActivities } from './health.js';

const working = async () => ({ version: '1' });

test('a part that works is ok, with what it told and its latency', async (t) => {
  const { checkPostgres } = createHealthActivities({ postgres: working, temporal: working, worker: working });
  const { latencyMs, ...told } = await checkPostgres();
  t.deepEqual(told, { state: 'ok', version: '1' });
  t.true(latencyMs !== undefined && latencyMs >= 0);
});

test('a part that does not work fails the activity, so that it is tried again', async (t) => {
  const postgres = () => Promise.reject(new Error('no route'));
  const { checkPostgres } = createHealthActivities({ postgres, temporal: working, worker: working });
  await t.throwsAsync(checkPostgres(), { message: 'no route' });
});
