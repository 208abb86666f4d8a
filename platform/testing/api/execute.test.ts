import test from 'ava';
import { startTestApi } from './support/api.js';
import { createInMemoryRuns, outcomes } from './support/in-memory-runs.js';

const input = { name: 'Ada' };

test('execute answers 200 with the result of a run that completes', async (t) => {
  const api = await startTestApi({ runs: createInMemoryRuns(() => outcomes.completed) });
  t.teardown(() => api.close());
  const answer = await api.post('/v1/workflows/hello/execute?wait=5s', input);
  t.is(answer.status, 200);
  const run = (await answer.json()) as { id: string; links: Record<string, string> };
  t.like(run, { status: 'completed', result: { greeting: 'Good day' } });
  t.is(answer.headers.get('location'), `/v1/runs/${run.id}`);
  t.deepEqual(Object.keys(run.links), ['self', 'workflow', 'history', 'events']);
});

test('execute answers 202 with the Location when the wait ends first', async (t) => {
  const api = await startTestApi();
  t.teardown(() => api.close());
  const answer = await api.post('/v1/workflows/hello/execute?wait=20ms', input);
  t.is(answer.status, 202);
  const run = (await answer.json()) as { id: string };
  t.like(run, { status: 'running', result: null });
  t.is(answer.headers.get('location'), `/v1/runs/${run.id}`);
});

const ends = {
  failed: 'run-failed',
  cancelled: 'run-cancelled',
  terminated: 'run-terminated',
  timedOut: 'run-timed-out',
  lost: 'run-lost',
} as const;
for (const [end, code] of Object.entries(ends) as [keyof typeof ends, string][]) {
  test(`a run that ended ${end} is 422 ${code}, with its failure and its links`, async (t) => {
    const outcome = outcomes[end];
    const api = await startTestApi({ runs: createInMemoryRuns(() => outcome) });
    t.teardown(() => api.close());
    const answer = await api.post('/v1/workflows/hello/execute', input);
    t.is(answer.status, 422);
    t.is(answer.headers.get('content-type'), 'application/problem+json');
    const problem = (await answer.json()) as { run: { id: string } };
    t.like(problem, { code, detail: outcome.failure.message, failure: outcome.failure });
    t.like(problem.run, { status: outcome.status, links: { self: `/v1/runs/${problem.run.id}` } });
    t.is(answer.headers.get('location'), `/v1/runs/${problem.run.id}`);
  });
}

test('an invalid wait is 422 and starts nothing', async (t) => {
  const api = await startTestApi();
  t.teardown(() => api.close());
  for (const query of [
    'wait=soon',
    'wait=61s',
    'wait=',
    'wait=1s&wait=2s',
    'wait=1s&whait=2s',
    '__proto__=1',
    'wait=%zz',
  ]) {
    const answer = await api.post(`/v1/workflows/hello/execute?${query}`, input);
    t.is(answer.status, 422, query);
    t.like(await answer.json(), { code: 'parameter-invalid' }, query);
  }
  t.deepEqual(((await (await api.fetch('/v1/runs')).json()) as { runs: unknown }).runs, []);
});
