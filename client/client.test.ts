import test from 'ava';
import { json, problem, run, startScriptedApi } from '../test/client/support/scripted-api.js';
import { ApiProblem, DeadlineExceeded, RunUnsuccessful } from './client.js';

const { id } = run();

test('polls for the result with conditional requests', async (t) => {
  const api = await startScriptedApi(
    t,
    json(202, run('pending')),
    json(200, run('running'), { ETag: 'W/"1"' }),
    (response) => response.writeHead(304, { ETag: 'W/"1"' }).end(),
    json(200, run('completed'), { ETag: 'W/"2"' }),
  );
  const greeting = await api.client.start('hello', { name: 'Ada' });
  t.deepEqual(await greeting.result(), { greeting: 'Hello' });
  t.deepEqual(
    api.requests.map(({ headers }) => headers['if-none-match']),
    [undefined, undefined, 'W/"1"', 'W/"1"'],
  );
});

test('throws RunUnsuccessful with the failure when a run ends without a result', async (t) => {
  const failure = { code: 'card-declined', message: 'Insufficient funds' };
  const failed = run('failed', { failure });
  const api = await startScriptedApi(t, json(200, failed), problem(422, 'run-failed', {}, { run: failed, failure }));
  const expected = {
    instanceOf: RunUnsuccessful,
    code: 'run-failed',
    message: /ended with status failed: Insufficient funds$/,
  } as const;
  for (const ended of [api.client.run('hello', id).result(), api.client.execute('hello', { name: 'Ada' })]) {
    t.like(await t.throwsAsync(ended, expected), { failure, run: { id } });
  }
});

test('names the run in the error when it does not end in time', async (t) => {
  const api = await startScriptedApi(t, json(202, run('pending')), json(200, run('running')));
  const error = await t.throwsAsync(api.client.execute('hello', { name: 'Ada' }, { timeoutMs: 6_000 }), {
    instanceOf: DeadlineExceeded,
  });
  t.is(error.runId, id);
  t.is(error.lastOutcome, `run ${id} is running`);
  t.is(
    api.requests[0]?.url.replace(/[0-9]+(?=ms$)/, (ms) => (Number(ms) <= 5_000 ? 'n' : ms)),
    '/v1/workflows/hello/execute?wait=nms',
  );
});

test('names the run in the error when the API is unavailable', async (t) => {
  const busy = problem(503, 'database-unavailable', { 'Retry-After': '60' });
  const api = await startScriptedApi(t, json(202, run('pending')), busy);
  const error = await t.throwsAsync(api.client.execute('hello', { name: 'Ada' }), { instanceOf: DeadlineExceeded });
  t.is(error.runId, id);
  t.regex(error.lastOutcome ?? '', /database-unavailable/);
});

test('sends messages with their input to their paths', async (t) => {
  const api = await startScriptedApi(t, json(200, { result: { status: 'waiting' } }));
  const vote = api.client.run('vote', id);
  t.like(await vote.query('state'), { status: 'waiting' });
  const decision = { decision: 'approved', decidedBy: 'Ada' } as const;
  t.like(await vote.update('decide', decision, { idempotencyKey: 'k' }), { status: 'waiting' });
  t.deepEqual(
    api.requests.map(({ method, url, body, headers }) => [method, url, body, headers['idempotency-key']]),
    [
      ['GET', `/v1/runs/${id}/queries/state`, '', undefined],
      ['POST', `/v1/runs/${id}/updates/decide`, JSON.stringify(decision), '"k"'],
    ],
  );
});

test('lists all pages with the same filter', async (t) => {
  const api = await startScriptedApi(
    t,
    json(200, { runs: [run(), run()], next: id, links: {} }),
    json(200, { runs: [run('failed')], next: null, links: {} }),
  );
  const statuses = [];
  for await (const { status } of api.client.runs({ workflow: 'hello', status: ['running', 'failed'], limit: 2 })) {
    statuses.push(status);
  }
  t.deepEqual(statuses, ['running', 'running', 'failed']);
  const filter = '/v1/runs?workflow=hello&status=running,failed&limit=2';
  t.deepEqual(
    api.requests.map(({ url }) => url),
    [filter, `${filter}&cursor=${id}`],
  );
});

test('asks for a token before each request', async (t) => {
  const api = await startScriptedApi(t, json(200, run()));
  let count = 0;
  const client = api.clientWith({ apiKey: async () => `token-${++count}` });
  await client.run('hello', id).run();
  await client.run('hello', id).run();
  t.deepEqual(
    api.requests.map(({ headers }) => headers.authorization),
    ['Bearer token-1', 'Bearer token-2'],
  );
  const failing = api.clientWith({ apiKey: () => Promise.reject(new Error('no token')) });
  await t.throwsAsync(failing.run('hello', id).run(), { message: /no token/ });
  const invalid = api.clientWith({ apiKey: () => 'hunter2\n\0' });
  const error = await t.throwsAsync(invalid.run('hello', id).run(), { instanceOf: TypeError });
  t.notRegex(error.message, /hunter2/);
});

test('sends the API key with each request, and none without a key', async (t) => {
  const api = await startScriptedApi(t, json(200, run()));
  await api.clientWith({ apiKey: 'a_secret' }).run('hello', id).run();
  await api.client.run('hello', id).run();
  t.deepEqual(
    api.requests.map(({ headers }) => headers.authorization),
    ['Bearer a_secret', undefined],
  );
});

test('turns a problem document into an error with all its fields', async (t) => {
  const errors = [{ pointer: '/name', detail: 'must not be empty' }];
  const api = await startScriptedApi(
    t,
    problem(422, 'input-invalid', {}, { detail: 'The request has 1 validation error', errors }),
  );
  const error = await t.throwsAsync(api.client.start('hello', { name: '' }), { instanceOf: ApiProblem });
  t.is(error.message, '422 input-invalid: The request has 1 validation error; /name must not be empty');
  t.like(error, { code: 'input-invalid', status: 422, requestId: 'r-1', errors, retryAfterSeconds: undefined });
  const { data, error: returned } = await api.client.api.GET('/v1/runs/{id}', { params: { path: { id } } });
  t.is(data, undefined);
  t.like(returned, { code: 'input-invalid', errors });
});
