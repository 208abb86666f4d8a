import test from 'ava';
import { v7 as uuidV7 } from 'uuid';
import { RunPending } from '../../errors/runs.js';
import { startTestApi, type TestApi } from './support/api.js';
import { createInMemoryRuns, outcomes } from './support/in-memory-runs.js';

const startRun = async (api: TestApi) =>
  ((await (await api.post('/v1/workflows/hello/start', { name: 'Ada' })).json()) as { id: string }).id;

interface Page {
  runs: { id: string }[];
  next: string | null;
  links: { next?: string };
}

test('answers 200 for a failed run', async (t) => {
  const runs = createInMemoryRuns();
  const api = await startTestApi({ runs });
  t.teardown(() => api.close());
  const id = await startRun(api);
  runs.end(id, outcomes.failed);
  const answer = await api.fetch(`/v1/runs/${id.toUpperCase()}`);
  t.is(answer.status, 200);
  t.like(await answer.json(), { id, status: 'failed', failure: outcomes.failed.failure });
});

test('answers 404 for unknown and invalid ids', async (t) => {
  const api = await startTestApi();
  t.teardown(() => api.close());
  for (const id of [uuidV7(), '1', '%00', '%zz', '%E0%A4%A', "'; drop table runs; --", '__proto__', '..%2f..']) {
    for (const [method, rest] of [
      ['GET', ''],
      ['POST', '/cancel'],
      ['POST', '/terminate'],
    ] as const) {
      const answer = await api.fetch(`/v1/runs/${id}${rest}`, { method });
      t.is(answer.status, 404, `${method} ${id}${rest}`);
      t.like(await answer.json(), { code: 'run-not-found' });
    }
  }
});

test('lists the newest runs first, page by page', async (t) => {
  const api = await startTestApi();
  t.teardown(() => api.close());
  const ids: string[] = [];
  for (let count = 0; count < 5; count++) ids.unshift(await startRun(api));
  const seen: string[] = [];
  let path: string | undefined = '/v1/runs?limit=2';
  for (let pages = 0; path !== undefined && pages < 5; pages++) {
    const page = (await (await api.fetch(path)).json()) as Page;
    seen.push(...page.runs.map(({ id }) => id));
    t.is(page.next === null, page.links.next === undefined);
    path = page.links.next;
  }
  t.deepEqual(seen, ids);
});

test('an empty list has no next page', async (t) => {
  const api = await startTestApi();
  t.teardown(() => api.close());
  t.deepEqual(await (await api.fetch('/v1/runs')).json(), { runs: [], next: null, links: {} });
});

test('answers 422 for invalid parameters of the list', async (t) => {
  const api = await startTestApi();
  t.teardown(() => api.close());
  const answer = await api.fetch('/v1/runs?limit=0&cursor=x&offset=3');
  t.is(answer.status, 422);
  t.like(await answer.json(), {
    code: 'parameter-invalid',
    errors: [
      { parameter: 'limit', detail: 'must be an integer from 1 to 100' },
      { parameter: 'cursor', detail: 'must be the `next` value of a page' },
      { parameter: 'offset', detail: 'is not a parameter of this operation' },
    ],
  });
});

test('cancel and terminate answer 202 with the run', async (t) => {
  const api = await startTestApi();
  t.teardown(() => api.close());
  const id = await startRun(api);
  const cancelled = await api.post(`/v1/runs/${id}/cancel`);
  t.is(cancelled.status, 202);
  t.like(await cancelled.json(), { id });
  const other = await startRun(api);
  const terminated = await api.post(`/v1/runs/${other}/terminate`, { reason: 'Enough' });
  t.is(terminated.status, 202);
  t.like(await terminated.json(), { id: other, status: 'terminated', failure: { message: 'Enough' } });
});

test('answers 409 for a run that has ended', async (t) => {
  const api = await startTestApi({ runs: createInMemoryRuns(() => outcomes.completed) });
  t.teardown(() => api.close());
  const id = await startRun(api);
  for (const what of ['cancel', 'terminate']) {
    const answer = await api.post(`/v1/runs/${id}/${what}`);
    t.is(answer.status, 409);
    t.like(await answer.json(), { code: 'run-ended' });
  }
});

test('answers 409 with Retry-After for a pending run', async (t) => {
  const runs = createInMemoryRuns();
  const api = await startTestApi({ runs });
  t.teardown(() => api.close());
  const id = await startRun(api);
  runs.failWith(new RunPending(id));
  const answer = await api.post(`/v1/runs/${id}/terminate`);
  t.is(answer.status, 409);
  t.is(answer.headers.get('retry-after'), '1');
});

test('checks the bodies of cancel and terminate', async (t) => {
  const api = await startTestApi();
  t.teardown(() => api.close());
  const id = await startRun(api);
  const bodies: [string, unknown, string][] = [
    ['cancel', { reason: 'x' }, '/reason'],
    ['cancel', null, ''],
    ['terminate', { reason: 1 }, '/reason'],
    ['terminate', { reason: 'a\u0000' }, '/reason'],
    ['terminate', [], ''],
  ];
  for (const [what, body, pointer] of bodies) {
    const answer = await api.post(`/v1/runs/${id}/${what}`, body);
    t.is(answer.status, 422);
    t.like(await answer.json(), { code: 'input-invalid', errors: [{ pointer }] });
  }
});

test('answers 422 with a pointer for each fault of a body', async (t) => {
  const api = await startTestApi();
  t.teardown(() => api.close());
  const id = await startRun(api);
  const errorsOf = async (path: string, body: unknown) => {
    const answer = await api.post(`/v1/runs/${id}/${path}`, body);
    t.is(answer.status, 422, JSON.stringify(body).slice(0, 50));
    return ((await answer.json()) as { errors: { pointer: string }[] }).errors.map(({ pointer }) => pointer);
  };
  t.deepEqual(await errorsOf('terminate', { 'rea/son': 'x', why: 'y' }), ['/rea~1son', '/why']);
  for (const reason of ['x'.repeat(1001), 1, null, {}])
    t.deepEqual(await errorsOf('terminate', { reason }), ['/reason']);
  t.deepEqual(await errorsOf('cancel', { reason: 'x' }), ['/reason']);
  for (const body of [null, [], 'text', 1, true]) t.deepEqual(await errorsOf('cancel', body), ['']);
});
