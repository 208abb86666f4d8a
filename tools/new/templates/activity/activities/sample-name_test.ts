import test from 'ava';
import { createSampleNameActivities } from './sample-name.js';

test('returns the run and the time', async (t) => {
  const { callSampleName } = createSampleNameActivities({ now: () => new Date('2026-01-02T03:04:05Z') });
  t.deepEqual(await callSampleName({ runId: 'a' }), { runId: 'a', at: '2026-01-02T03:04:05.000Z' });
});
