import test from 'ava';
import { DatabaseUnavailable, DataRejected } from '../../errors/platform.js';
import { startTestApi } from './support/api.js';
import { createInMemoryRuns } from './support/in-memory-runs.js';

const input = { name: 'Ada' };

test('start answers 202 with the run and its Location', async (t) => {
  const api = await startTestApi();
  t.teardown(() => api.close());
  const answer = await api.post('/v1/workflows/hello/start', input);
  t.is(answer.status, 202);
  const run = (await answer.json()) as { id: string };
  t.is(answer.headers.get('location'), `/v1/runs/${run.id}`);
  t.like(run, {
    workflow: 'hello',
    status: 'pending',
    input,
    result: null,
    failure: null,
    problems: [],
    endedAt: null,
    links: {
      self: `/v1/runs/${run.id}`,
      workflow: '/v1/workflows/hello',
      cancel: `/v1/runs/${run.id}/cancel`,
      terminate: `/v1/runs/${run.id}/terminate`,
    },
  });
  t.like(await (await api.fetch(`/v1/runs/${run.id}`)).json(), { id: run.id, workflow: 'hello', input });
});

test('answers 404 for an unknown workflow, whatever its name', async (t) => {
  const api = await startTestApi();
  t.teardown(() => api.close());
  for (const name of [
    'nope',
    '__proto__',
    'constructor',
    '%00',
    '%ff',
    '%E0%A4%A',
    '%F0%9F%98%80',
    'a%2Fb',
    'x'.repeat(5000),
  ]) {
    const answer = await api.post(`/v1/workflows/${name}/start`, input);
    t.is(answer.status, 404, name);
    t.like(await answer.json(), { code: 'workflow-not-found', status: 404 }, name);
  }
});

test('answers 422 with one entry per fault for an invalid input', async (t) => {
  const api = await startTestApi();
  t.teardown(() => api.close());
  const answer = await api.post('/v1/workflows/vote/start', { subject: 1, deadlin: '1s' });
  t.is(answer.status, 422);
  t.is(answer.headers.get('content-type'), 'application/problem+json');
  const problem = (await answer.json()) as { errors: { pointer: string }[] };
  t.like(problem, { type: 'urn:tested:problem:input-invalid', code: 'input-invalid' });
  t.deepEqual(problem.errors.map(({ pointer }) => pointer).sort(), ['/deadlin', '/deadline', '/subject']);
});

test('an empty body counts as {}', async (t) => {
  const api = await startTestApi();
  t.teardown(() => api.close());
  t.is((await api.post('/v1/workflows/health-check/start')).status, 202);
  const answer = await api.post('/v1/workflows/hello/start');
  t.like(await answer.json(), { code: 'input-invalid', errors: [{ pointer: '/name', detail: 'is required' }] });
});

test('answers 422 for text that PostgreSQL cannot store', async (t) => {
  const api = await startTestApi();
  t.teardown(() => api.close());
  for (const name of ['\u0000', 'a\u0000b', '\ud800']) {
    const answer = await api.post('/v1/workflows/hello/start', { name });
    t.is(answer.status, 422);
    t.like(await answer.json(), { code: 'input-invalid', errors: [{ pointer: '/name' }] });
  }
});

test('answers 503 with Retry-After if the platform is unavailable', async (t) => {
  const runs = createInMemoryRuns();
  const api = await startTestApi({ runs });
  t.teardown(() => api.close());
  runs.failWith(new DatabaseUnavailable('gone'));
  const answer = await api.post('/v1/workflows/hello/start', input);
  t.is(answer.status, 503);
  t.is(answer.headers.get('retry-after'), '2');
  t.like(await answer.json(), { code: 'database-unavailable' });
});

test('answers 422 for data that the database rejects', async (t) => {
  const runs = createInMemoryRuns();
  const api = await startTestApi({ runs });
  t.teardown(() => api.close());
  runs.failWith(new DataRejected('too large'));
  const answer = await api.post('/v1/workflows/hello/start', input);
  t.is(answer.status, 422);
  t.like(await answer.json(), { code: 'data-rejected', detail: 'too large' });
});

test('rejects query parameters', async (t) => {
  const api = await startTestApi();
  t.teardown(() => api.close());
  const answer = await api.post('/v1/workflows/hello/start?wait=1s', input);
  t.is(answer.status, 422);
  t.like(await answer.json(), { code: 'parameter-invalid', errors: [{ parameter: 'wait' }] });
});
