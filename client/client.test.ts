import test from 'ava';
import { json, problem, run, startScriptedApi } from '../test/client/support/scripted-api.js';
import { ApiProblem, DeadlineExceeded, RunUnsuccessful } from './client.js';

const { id } = run();

test('the result is waited for, and only changes are sent', async (t) => {
  const api = await startScriptedApi(
    t,
    json(202, run('pending')),
    json(200, run('running'), { ETag: 'W/"1"' }),
    (response) => response.writeHead(304, { ETag: 'W/"1"' }).end(),
    json(200, run('completed'), { ETag: 'W/"2"' }),
  );
  const greeting = await api.client.start('greet', { name: 'Ada' });
  t.deepEqual(await greeting.result(), { greeting: 'Hello' });
  t.deepEqual(
    api.asked.map(({ headers }) => headers['if-none-match']),
    [undefined, undefined, 'W/"1"', 'W/"1"'],
  );
});

test('a run that ends without a result is thrown, with its failure', async (t) => {
  const failure = { code: 'card-declined', message: 'Too little on it' };
  const failed = run('failed', { failure });
  const api = await startScriptedApi(t, json(200, failed), problem(422, 'run-failed', {}, { run: failed, failure }));
  const expected = {
    instanceOf: RunUnsuccessful,
    code: 'run-failed',
    message: /is failed: Too little on it$/,
  } as const;
  for (const ended of [api.client.run('greet', id).result(), api.client.execute('greet', { name: 'Ada' })]) {
    t.like(await t.throwsAsync(ended, expected), { failure, run: { id } });
  }
});

test('a run that has not ended in time goes on, and the error tells which', async (t) => {
  const api = await startScriptedApi(t, json(202, run('pending')), json(200, run('running')));
  const error = await t.throwsAsync(api.client.execute('greet', { name: 'Ada' }, { timeoutMs: 2_000 }), {
    instanceOf: DeadlineExceeded,
  });
  t.is(error.runId, id);
  t.is(error.lastAnswer, `run ${id} is running`);
  t.is(
    api.asked[0]?.url.replace(/[0-9]+(?=ms$)/, (ms) => (Number(ms) <= 1_000 ? 'n' : ms)),
    '/v1/workflows/greet/execute?wait=nms',
  );
});

test('which run it was is told too when the API could not say how it is', async (t) => {
  const busy = problem(503, 'database-unavailable', { 'Retry-After': '60' });
  const api = await startScriptedApi(t, json(202, run('pending')), busy);
  const error = await t.throwsAsync(api.client.execute('greet', { name: 'Ada' }), { instanceOf: DeadlineExceeded });
  t.is(error.runId, id);
  t.regex(error.lastAnswer ?? '', /database-unavailable/);
});

test('messages go to their paths, with what they carry', async (t) => {
  const api = await startScriptedApi(t, json(200, { result: { status: 'waiting' } }));
  const approval = api.client.run('approval', id);
  t.like(await approval.query('state'), { status: 'waiting' });
  const decision = { decision: 'approved', decidedBy: 'Ada' } as const;
  t.like(await approval.update('decide', decision, { idempotencyKey: 'k' }), { status: 'waiting' });
  t.deepEqual(
    api.asked.map(({ method, url, body, headers }) => [method, url, body, headers['idempotency-key']]),
    [
      ['GET', `/v1/runs/${id}/queries/state`, '', undefined],
      ['POST', `/v1/runs/${id}/updates/decide`, JSON.stringify(decision), '"k"'],
    ],
  );
});

test('all pages are read, and the filter is on each', async (t) => {
  const api = await startScriptedApi(
    t,
    json(200, { runs: [run(), run()], next: id, links: {} }),
    json(200, { runs: [run('failed')], next: null, links: {} }),
  );
  const statuses = [];
  for await (const { status } of api.client.runs({ workflow: 'greet', status: ['running', 'failed'], limit: 2 })) {
    statuses.push(status);
  }
  t.deepEqual(statuses, ['running', 'running', 'failed']);
  const filter = '/v1/runs?workflow=greet&status=running,failed&limit=2';
  t.deepEqual(
    api.asked.map(({ url }) => url),
    [filter, `${filter}&cursor=${id}`],
  );
});

test('the key of the caller goes with each request, and who has none sends none', async (t) => {
  const api = await startScriptedApi(t, json(200, run()));
  await api.clientWith({ apiKey: 'atlas_secret' }).run('greet', id).run();
  await api.client.run('greet', id).run();
  t.deepEqual(
    api.asked.map(({ headers }) => headers.authorization),
    ['Bearer atlas_secret', undefined],
  );
});

test('a problem is an error that has all that it says', async (t) => {
  const errors = [{ pointer: '/name', detail: 'must not be empty' }];
  const api = await startScriptedApi(
    t,
    problem(422, 'input-invalid', {}, { detail: 'One thing is wrong with it', errors }),
  );
  const error = await t.throwsAsync(api.client.start('greet', { name: '' }), { instanceOf: ApiProblem });
  t.is(error.message, '422 input-invalid: One thing is wrong with it; /name must not be empty');
  t.like(error, { code: 'input-invalid', status: 422, requestId: 'r-1', errors, retryAfterSeconds: undefined });
  const { data, error: told } = await api.client.api.GET('/v1/runs/{id}', { params: { path: { id } } });
  t.is(data, undefined);
  t.like(told, { code: 'input-invalid', errors });
});
