import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import test from 'ava';
import { createCertificates } from '../platform/testing/support/certificates.js';
import { untypedClient } from '../test/client/support/client.js';
import {
  hangUp,
  json,
  problem,
  run,
  type ScriptedApi,
  silent,
  startScriptedApi,
} from '../test/client/support/scripted-api.js';
import { ApiProblem, ConnectionFailed, DeadlineExceeded, UnexpectedResponse } from './errors.js';

const soon = { 'Retry-After': '0' };
const accepted = json(202, run());
const keysOf = ({ requests }: ScriptedApi) => requests.map(({ headers }) => headers['idempotency-key']);

test('retries a start with the same key and body', async (t) => {
  const api = await startScriptedApi(
    t,
    problem(503, 'database-unavailable', soon),
    hangUp,
    problem(429, 'rate-limited', soon),
    (response) => response.writeHead(502, { 'Content-Type': 'text/html' }).end('<p>Bad gateway'),
    accepted,
  );
  t.is((await api.client.start('hello', { name: 'Ada' })).id, run().id);
  t.is(api.requests.length, 5);
  t.is(new Set(keysOf(api)).size, 1);
  t.regex(String(keysOf(api)[0]), /^"[0-9a-f]{32}"$/);
  t.deepEqual([...new Set(api.requests.map(({ body }) => body))], ['{"name":"Ada"}']);
});

test('creates a key per call unless the caller sets one', async (t) => {
  const api = await startScriptedApi(t, accepted);
  await api.client.start('hello', { name: 'Ada' });
  await api.client.start('hello', { name: 'Ada' });
  await api.client.start('hello', { name: 'Ada' }, { idempotencyKey: 'order "7"\\' });
  const [first, second, third] = keysOf(api);
  t.not(first, second);
  t.is(third, '"order \\"7\\"\\\\"');
});

test('adds keys and retries for api.POST too', async (t) => {
  const api = await startScriptedApi(t, problem(503, 'backlog-full', soon), accepted);
  const { data } = await api.client.api.POST('/v1/workflows/health-check/start', { body: {} });
  t.is(data?.id, run().id);
  t.is(new Set(keysOf(api)).size, 1);
  t.truthy(keysOf(api)[0]);
});

test('sends a request once if it is neither a read nor has a key', async (t) => {
  for (const step of [problem(503, 'temporal-unavailable', soon), hangUp]) {
    const api = await startScriptedApi(t, step);
    await t.throwsAsync(api.client.run('hello', run().id).cancel());
    t.is(api.requests.length, 1);
  }
});

test('retries a request that is rejected because its run is pending', async (t) => {
  const api = await startScriptedApi(t, problem(409, 'run-pending', soon), accepted);
  await api.client.run('hello', run().id).terminate('Enough');
  t.is(api.requests.length, 2);
  const ended = await startScriptedApi(t, problem(409, 'run-ended'));
  await t.throwsAsync(ended.client.run('hello', run().id).terminate(), { instanceOf: ApiProblem });
  t.is(ended.requests.length, 1);
});

test('waits for Retry-After', async (t) => {
  const api = await startScriptedApi(t, problem(503, 'database-unavailable', { 'Retry-After': '1' }), json(200, run()));
  await api.client.run('hello', run().id).run();
  const [first, second] = api.requests.map(({ at }) => at);
  t.true((second ?? 0) - (first ?? 0) >= 990, `${(second ?? 0) - (first ?? 0)} ms`);
});

test("throws the API's error at once when Retry-After exceeds the deadline", async (t) => {
  const api = await startScriptedApi(t, problem(503, 'backlog-full', { 'Retry-After': '60' }));
  const begun = performance.now();
  const error = await t.throwsAsync(api.client.start('hello', { name: 'Ada' }), { instanceOf: ApiProblem });
  t.is(api.requests.length, 1);
  // The timeout is 30 s.
  t.true(performance.now() - begun < 20_000);
  t.like(error, { code: 'backlog-full', retryAfterSeconds: 60 });
});

test('the deadline aborts a hanging attempt and reports the one before', async (t) => {
  const api = await startScriptedApi(t, problem(503, 'worker-unavailable', soon), silent);
  const begun = performance.now();
  const error = await t.throwsAsync(api.client.run('vote', run().id).query('state', { timeoutMs: 1_500 }), {
    instanceOf: DeadlineExceeded,
  });
  // The server never responds.
  t.true(performance.now() - begun < 60_000);
  t.regex(error.lastOutcome ?? '', /worker-unavailable/);
});

test('the deadline covers the response body', async (t) => {
  const api = await startScriptedApi(t, (response) => {
    response.writeHead(200, { 'Content-Type': 'application/json' });
    response.write('{');
  });
  const reading = api.client.api.GET('/v1/workflows', { signal: AbortSignal.timeout(300) });
  t.is(await reading.catch(({ name }: DOMException) => name), 'TimeoutError');
  await t.throwsAsync(api.client.run('hello', run().id).run({ timeoutMs: 300 }), { instanceOf: DeadlineExceeded });
});

test('retries after a truncated response', async (t) => {
  const api = await startScriptedApi(
    t,
    (response) => {
      response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': '100' });
      response.write('{"id":', () => response.destroy());
    },
    json(200, run()),
  );
  t.is((await api.client.run('hello', run().id).run()).status, 'running');
});

test("the caller's signal aborts attempts and pauses with its reason", async (t) => {
  const reason = new Error('The page was closed');
  for (const step of [silent, problem(503, 'database-unavailable', { 'Retry-After': '60' })]) {
    const controller = new AbortController();
    const api = await startScriptedApi(t, (response, request) => {
      step(response, request);
      setTimeout(() => controller.abort(reason), 50);
    });
    const start = () => api.client.start('hello', { name: 'Ada' }, { signal: controller.signal, timeoutMs: 120_000 });
    const begun = performance.now();
    t.is(await t.throwsAsync(start()), reason);
    t.true(performance.now() - begun < 45_000);
    t.is(await t.throwsAsync(start()), reason);
    t.is(api.requests.length, 1);
  }
});

test('stops after the configured number of retries', async (t) => {
  const api = await startScriptedApi(t, problem(503, 'database-unavailable', soon));
  const client = api.clientWith({ retries: 2 });
  await t.throwsAsync(client.start('hello', { name: 'Ada' }), { instanceOf: ApiProblem, code: 'database-unavailable' });
  t.is(api.requests.length, 3);
});

test('names the host that is unreachable', async (t) => {
  const api = await startScriptedApi(t, silent);
  const client = api.clientWith({ baseUrl: 'http://127.0.0.1:9', retries: 1 });
  const error = await t.throwsAsync(client.run('hello', run().id).run(), { instanceOf: ConnectionFailed });
  t.regex(error.message, /^Request to 127\.0\.0\.1:9 failed: \S/);
});

test('rejects a success that is not JSON, without a retry', async (t) => {
  const api = await startScriptedApi(t, (response) =>
    response.writeHead(200, { 'Content-Type': 'text/html' }).end('<p>Hello'),
  );
  const error = await t.throwsAsync(api.client.start('hello', { name: 'Ada' }), { instanceOf: UnexpectedResponse });
  t.is(error.text, '<p>Hello');
  t.is(api.requests.length, 1);
});

test('rejects invalid input, keys and headers before sending', async (t) => {
  const api = await startScriptedApi(t, accepted);
  const circle: Record<string, unknown> = {};
  circle['name'] = circle;
  for (const input of [{ name: 1n }, circle])
    await t.throwsAsync(api.client.start('hello', input as never), { instanceOf: TypeError });
  for (const idempotencyKey of ['', 'é', 'a\nb', 'a'.repeat(256)]) {
    const expected = { instanceOf: TypeError, message: /^idempotencyKey must be/ };
    await t.throwsAsync(api.client.start('hello', { name: 'Ada' }, { idempotencyKey }), expected);
    const decision = { decision: 'approved', decidedBy: 'Ada' } as const;
    await t.throwsAsync(api.client.run('vote', 'x').update('decide', decision, { idempotencyKey }), expected);
  }
  await t.throwsAsync(api.client.api.GET('/v1/runs', { headers: { 'X-Request-Id': 'a\nb' } }), {
    instanceOf: TypeError,
  });
  t.is(api.requests.length, 0);
});

/** Counts the attempts of a read whose `fetch` fails. */
async function attemptsWith(fail: (request: Request) => Promise<Response>) {
  let attempts = 0;
  const client = untypedClient({
    baseUrl: 'https://atlas.example',
    retries: 2,
    fetch: (request) => {
      attempts += 1;
      return fail(request);
    },
  });
  const error = await client
    .run('hello', 'x')
    .run()
    .catch((thrown: Error) => thrown);
  return { attempts, error };
}

const failed = (cause: object) => async () => {
  throw new TypeError('fetch failed', { cause });
};

test('does not retry permanent failures', async (t) => {
  const permanent = [
    ...['CERT_HAS_EXPIRED', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
    ...['ERR_TLS_CERT_ALTNAME_INVALID', 'ERR_SSL_WRONG_VERSION_NUMBER', 'UND_ERR_INVALID_ARG', 'HPE_INVALID_CONSTANT'],
  ].map((code) => Object.assign(new Error(code), { code }));
  const both = new AggregateError([permanent[0], permanent[1]]);
  for (const cause of [...permanent, both, new Error('unknown scheme'), new Error('redirect count exceeded')]) {
    const { attempts, error } = await attemptsWith(failed(cause));
    t.is(attempts, 1, cause.message);
    t.true(error instanceof ConnectionFailed);
  }
});

test('retries transient failures', async (t) => {
  const passing = ['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'UND_ERR_SOCKET', 'EPIPE'];
  const causes = passing.map((code) => Object.assign(new Error(code), { code }));
  for (const cause of [...causes, new AggregateError(causes)])
    t.is((await attemptsWith(failed(cause))).attempts, 3, cause.message);
  for (const message of [
    'Failed to fetch',
    'Load failed',
    'NetworkError when attempting to fetch resource.',
    'terminated',
  ]) {
    const fail = async () => {
      throw new TypeError(message);
    };
    t.is((await attemptsWith(fail)).attempts, 3, message);
  }
});

test('throws a programming error in a custom fetch unchanged', async (t) => {
  const mistakes = [
    new TypeError('x is not a function'),
    new ReferenceError('x is not defined'),
    new RangeError('deep'),
  ];
  for (const mistake of mistakes) {
    const fail = async () => {
      throw mistake;
    };
    t.deepEqual(await attemptsWith(fail), { attempts: 1, error: mistake });
  }
  const { attempts, error } = await attemptsWith(async () => undefined as never);
  t.is(attempts, 1);
  t.true(error instanceof TypeError);
});

test('connects once to a server with an untrusted certificate or without TLS', async (t) => {
  const certificates = createCertificates('atlas.example');
  t.teardown(certificates.remove);
  const [cert, key] = [certificates.server.cert, certificates.server.key].map((path) => readFileSync(path));
  let connections = 0;
  const server = createServer({ cert, key } as { cert: Buffer; key: Buffer }).on('connection', () => {
    connections += 1;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const untrusted = untypedClient({ baseUrl: `https://127.0.0.1:${(server.address() as AddressInfo).port}` });
  await t.throwsAsync(untrusted.run('hello', 'x').run(), { instanceOf: ConnectionFailed, message: /certificate/ });
  t.is(connections, 1);
  const plain = await startScriptedApi(t, accepted);
  const client = untypedClient({ baseUrl: plain.baseUrl.replace('http:', 'https:') });
  await t.throwsAsync(client.run('hello', 'x').run(), { instanceOf: ConnectionFailed });
});
