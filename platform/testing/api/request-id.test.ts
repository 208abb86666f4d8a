import test from 'ava';
import { startTestApi } from './support/api.js';
import { createInMemoryRuns } from './support/in-memory-runs.js';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

test("returns the caller's id in the header and in the problem", async (t) => {
  const api = await startTestApi();
  t.teardown(() => api.close());
  const answer = await api.fetch('/nowhere?secret=1', { headers: { 'X-Request-Id': 'order.42_a-B' } });
  t.is(answer.headers.get('x-request-id'), 'order.42_a-B');
  t.like(await answer.json(), { requestId: 'order.42_a-B', instance: '/nowhere' });
});

test('generates an id if it is absent or has unsafe characters', async (t) => {
  const api = await startTestApi();
  t.teardown(() => api.close());
  for (const given of [undefined, '', 'a b', '{"a":1}', 'x'.repeat(129), 'é', 'a, b', '<script>']) {
    const answer = await api.fetch('/health/live', given === undefined ? {} : { headers: { 'X-Request-Id': given } });
    t.regex(answer.headers.get('x-request-id') ?? '', uuid, given);
  }
});

test('every log line of a request has its id', async (t) => {
  const runs = createInMemoryRuns();
  const api = await startTestApi({ runs });
  t.teardown(() => api.close());
  runs.failWith(new Error('secret of the inside'));
  const answer = await api.fetch('/v1/runs', { headers: { 'X-Request-Id': 'r-1' } });
  t.is(answer.status, 500);
  await api.waitFor((line) => line['msg'] === 'request');
  t.deepEqual(
    api.lines.map((line) => [line['requestId'], line['msg']]),
    [
      ['r-1', 'Unexpected error'],
      ['r-1', 'request'],
    ],
  );
});
