import test from 'ava';
import {
  hangUp,
  json,
  problem,
  run,
  type ScriptedApi,
  silent,
  startScriptedApi,
} from '../test/client/support/scripted-api.js';
import { ApiProblem, ConnectionFailed, DeadlineExceeded, UnexpectedAnswer } from './errors.js';

const soon = { 'Retry-After': '0' };
const accepted = json(202, run());
const keysOf = ({ asked }: ScriptedApi) => asked.map(({ headers }) => headers['idempotency-key']);

test('what is started is sent again with the same key and body until it is accepted', async (t) => {
  const api = await startScriptedApi(
    t,
    problem(503, 'database-unavailable', soon),
    hangUp,
    problem(429, 'rate-limited', soon),
    (response) => response.writeHead(502, { 'Content-Type': 'text/html' }).end('<p>Bad gateway'),
    accepted,
  );
  t.is((await api.client.start('greet', { name: 'Ada' })).id, run().id);
  t.is(api.asked.length, 5);
  t.is(new Set(keysOf(api)).size, 1);
  t.regex(String(keysOf(api)[0]), /^"[0-9a-f]{32}"$/);
  t.deepEqual([...new Set(api.asked.map(({ body }) => body))], ['{"name":"Ada"}']);
});

test('each call has a key of its own, unless one is given', async (t) => {
  const api = await startScriptedApi(t, accepted);
  await api.client.start('greet', { name: 'Ada' });
  await api.client.start('greet', { name: 'Ada' });
  await api.client.start('greet', { name: 'Ada' }, { idempotencyKey: 'order "7"\\' });
  const [first, second, third] = keysOf(api);
  t.not(first, second);
  t.is(third, '"order \\"7\\"\\\\"');
});

test('operations of the contract are given a key and sent again as well', async (t) => {
  const api = await startScriptedApi(t, problem(503, 'backlog-full', soon), accepted);
  const { data } = await api.client.api.POST('/v1/workflows/greet/start', { body: { name: 'Ada' } });
  t.is(data?.id, run().id);
  t.is(new Set(keysOf(api)).size, 1);
  t.truthy(keysOf(api)[0]);
});

test('what has no key and is no read is sent once', async (t) => {
  for (const step of [problem(503, 'temporal-unavailable', soon), hangUp]) {
    const api = await startScriptedApi(t, step);
    await t.throwsAsync(api.client.run('greet', run().id).cancel());
    t.is(api.asked.length, 1);
  }
});

test('what is refused because its run is pending is sent again, key or not', async (t) => {
  const api = await startScriptedApi(t, problem(409, 'run-pending', soon), accepted);
  await api.client.run('greet', run().id).terminate('Enough');
  t.is(api.asked.length, 2);
  const ended = await startScriptedApi(t, problem(409, 'run-ended'));
  await t.throwsAsync(ended.client.run('greet', run().id).terminate(), { instanceOf: ApiProblem });
  t.is(ended.asked.length, 1);
});

test('Retry-After is kept to', async (t) => {
  const api = await startScriptedApi(t, problem(503, 'database-unavailable', { 'Retry-After': '1' }), json(200, run()));
  await api.client.run('greet', run().id).run();
  const [first, second] = api.asked.map(({ at }) => at);
  t.true((second ?? 0) - (first ?? 0) >= 990, `${(second ?? 0) - (first ?? 0)} ms`);
});

test('a wait that would end after the deadline is not begun: what was answered last is the answer', async (t) => {
  const api = await startScriptedApi(t, problem(503, 'backlog-full', { 'Retry-After': '60' }));
  const begun = performance.now();
  const error = await t.throwsAsync(api.client.start('greet', { name: 'Ada' }), { instanceOf: ApiProblem });
  t.is(api.asked.length, 1);
  t.true(performance.now() - begun < 4_000);
  t.like(error, { code: 'backlog-full', retryAfterSeconds: 60 });
});

test('the deadline ends an attempt that is not answered, and the attempts before count', async (t) => {
  const api = await startScriptedApi(t, problem(503, 'worker-unavailable', soon), silent);
  const begun = performance.now();
  const error = await t.throwsAsync(api.client.run('approval', run().id).query('state', { timeoutMs: 1_500 }), {
    instanceOf: DeadlineExceeded,
  });
  t.true(performance.now() - begun < 4_000);
  t.regex(error.lastAnswer ?? '', /worker-unavailable/);
});

test('the deadline holds for the body of an answer too', async (t) => {
  const api = await startScriptedApi(t, (response) => {
    response.writeHead(200, { 'Content-Type': 'application/json' });
    response.write('{');
  });
  const reading = api.client.api.GET('/v1/workflows', { signal: AbortSignal.timeout(300) });
  t.is(await reading.catch(({ name }: DOMException) => name), 'TimeoutError');
  await t.throwsAsync(api.client.run('greet', run().id).run({ timeoutMs: 300 }), { instanceOf: DeadlineExceeded });
});

test('an answer that breaks off is asked for again', async (t) => {
  const api = await startScriptedApi(
    t,
    (response) => {
      response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': '100' });
      response.write('{"id":', () => response.destroy());
    },
    json(200, run()),
  );
  t.is((await api.client.run('greet', run().id).run()).status, 'running');
});

test("the caller's signal ends attempts and pauses, with its own reason", async (t) => {
  const reason = new Error('The page was left');
  for (const step of [silent, problem(503, 'database-unavailable', { 'Retry-After': '3' })]) {
    const leaving = new AbortController();
    const api = await startScriptedApi(t, (response, request) => {
      step(response, request);
      setTimeout(() => leaving.abort(reason), 50);
    });
    const start = () => api.client.start('greet', { name: 'Ada' }, { signal: leaving.signal });
    const begun = performance.now();
    t.is(await t.throwsAsync(start()), reason);
    t.true(performance.now() - begun < 2_500);
    t.is(await t.throwsAsync(start()), reason);
    t.is(api.asked.length, 1);
  }
});

test('it is sent again so often and not more', async (t) => {
  const api = await startScriptedApi(t, problem(503, 'database-unavailable', soon));
  const client = api.clientWith({ retries: 2 });
  await t.throwsAsync(client.start('greet', { name: 'Ada' }), { instanceOf: ApiProblem, code: 'database-unavailable' });
  t.is(api.asked.length, 3);
});

test('who cannot be reached is named', async (t) => {
  const api = await startScriptedApi(t, silent);
  const client = api.clientWith({ baseUrl: 'http://127.0.0.1:9', retries: 1 });
  const error = await t.throwsAsync(client.run('greet', run().id).run(), { instanceOf: ConnectionFailed });
  t.regex(error.message, /^127\.0\.0\.1:9 cannot be reached: \S/);
});

test('a success that is not JSON is none, and is not asked for again', async (t) => {
  const api = await startScriptedApi(t, (response) =>
    response.writeHead(200, { 'Content-Type': 'text/html' }).end('<p>Hello'),
  );
  const error = await t.throwsAsync(api.client.start('greet', { name: 'Ada' }), { instanceOf: UnexpectedAnswer });
  t.is(error.text, '<p>Hello');
  t.is(api.asked.length, 1);
});
