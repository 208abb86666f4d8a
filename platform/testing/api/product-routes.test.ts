import test from 'ava';
import { defineRoute } from '../../api/product-route.js';
import type { Document } from '../support/contract-document.js';
import { startTestApi, type TestApi } from './support/api.js';

let api: TestApi;
test.before(async () => {
  api = await startTestApi();
});
test.after.always(() => api?.close());

const json = { 'Content-Type': 'application/json' };
const putBook = (book: unknown, headers: Record<string, string> = {}) =>
  api.fetch('/v1/shelves/novels/books', {
    method: 'PUT',
    headers: { ...json, ...headers },
    body: JSON.stringify(book),
  });

const start = async (workflow: string, input: unknown) =>
  ((await (await api.post(`/v1/workflows/${workflow}/start`, input)).json()) as { id: string }).id;
const annotate = (id: string) => api.fetch(`/v1/runs/${id}/note`, { method: 'PATCH' });

test('the handler receives the parameters of path and query, and the caller', async (t) => {
  const books = async (query: string) => (await api.fetch(`/v1/shelves/novels/books${query}`)).json();
  const caller = { caller: 'anonymous', seesAll: true };
  t.deepEqual(await books('?limit=2'), { shelf: 'novels', limit: 2, ...caller });
  t.deepEqual(await books(''), { shelf: 'novels', limit: 5, ...caller });
});

test('rejects parameters that their schema does not accept, and unknown ones', async (t) => {
  const wrong = { '/v1/shelves/42/books': 'shelf', '/v1/shelves/novels/books?limit=11': 'limit' };
  for (const [path, parameter] of Object.entries({ ...wrong, '/v1/shelves/novels/books?limt=1': 'limt' })) {
    const answer = await api.fetch(path);
    t.is(answer.status, 422, path);
    t.like(await answer.json(), { code: 'parameter-invalid', errors: [{ parameter }] }, path);
  }
});

test('the body is validated before the handler receives it', async (t) => {
  const answer = await putBook({ title: 'Emma', copies: '2' });
  t.is(answer.status, 422);
  t.like(await answer.json(), { code: 'input-invalid', errors: [{ pointer: '/copies', detail: 'must be integer' }] });
  t.deepEqual(await (await putBook({ title: 'Emma', copies: 2 })).json(), { title: 'Emma', copies: 2 });
});

test('the handler chooses the status, and receives the Idempotency-Key', async (t) => {
  const answer = await putBook({ title: 'Emma', copies: 1 }, { 'Idempotency-Key': '"k-1"' });
  t.is(answer.status, 201);
  t.is(answer.headers.get('content-type'), 'application/json; charset=utf-8');
  t.deepEqual(await answer.json(), { key: 'k-1' });
});

test('a body can be any JSON value', async (t) => {
  const answer = await api.post('/v1/shelves');
  t.is(answer.headers.get('content-type'), 'application/json; charset=utf-8');
  t.is(await answer.json(), 'three');
});

test('an answer without a schema has no body', async (t) => {
  const removed = await api.fetch('/v1/shelves/novels/books', { method: 'DELETE' });
  t.is(removed.status, 204);
  const annotated = await annotate(await start('vote', { subject: 'Lunch', deadline: '1 hour' }));
  t.is(annotated.status, 202);
  t.is(await annotated.text(), '');
});

test("an error of the product is a problem with the product's code", async (t) => {
  const answer = await putBook({ title: 'Emma', copies: 101 });
  t.is(answer.status, 409);
  t.is(answer.headers.get('retry-after'), '60');
  const { requestId, ...problem } = (await answer.json()) as Record<string, unknown>;
  t.deepEqual(problem, {
    type: 'urn:tested:problem:out-of-stock',
    title: 'Out of stock',
    status: 409,
    code: 'out-of-stock',
    detail: 'Only 100 copies are left',
    instance: '/v1/shelves/novels/books',
  });
});

test('an error without a problem type is an internal error and reveals nothing', async (t) => {
  const answer = await annotate(await start('hello', { name: 'Ada' }));
  t.is(answer.status, 500);
  const text = await answer.text();
  t.is(JSON.parse(text).code, 'internal-error');
  t.notRegex(text, /secret|unmapped/);
});

test('a run id in the path is a UUID in any case', async (t) => {
  const id = await start('vote', { subject: 'Lunch', deadline: '1 hour' });
  t.is((await annotate(id.toUpperCase())).status, 202);
  t.like(await (await annotate('1')).json(), { status: 404, code: 'run-not-found', detail: 'No run has id 1' });
});

test('another method answers 405 with the methods of the path', async (t) => {
  const answer = await api.post('/v1/shelves/novels/books', {});
  t.is(answer.status, 405);
  t.is(answer.headers.get('allow'), 'HEAD, GET, PUT, DELETE, OPTIONS');
});

test("browsers can use every method of the product's routes", async (t) => {
  const own = await startTestApi({ options: { corsOrigins: ['https://shop.example'] } });
  t.teardown(() => own.close());
  const answer = await own.fetch('/v1/shelves/novels/books', {
    method: 'OPTIONS',
    headers: { Origin: 'https://shop.example', 'Access-Control-Request-Method': 'PUT' },
  });
  t.is(answer.headers.get('access-control-allow-methods'), 'GET,HEAD,POST,PUT,DELETE,PATCH');
});

test('without authentication, other origins cannot change anything', async (t) => {
  const answer = await api.fetch('/v1/shelves/novels/books', {
    method: 'DELETE',
    headers: { Origin: 'https://evil.example' },
  });
  t.is(answer.status, 403);
  t.like(await answer.json(), { code: 'origin-not-allowed' });
});

test("the caller's rate limit counts the product's routes", async (t) => {
  const own = await startTestApi({ options: { callerRateLimit: 1 } });
  t.teardown(() => own.close());
  t.is((await own.fetch('/v1/shelves/novels/books')).status, 200);
  t.is((await own.fetch('/v1/shelves/novels/books')).status, 429);
});

test('the OpenAPI document that the API serves has the routes and the problems', async (t) => {
  const { paths, components } = (await (await api.fetch('/openapi.json')).json()) as Document;
  t.like(paths['/v1/shelves/{shelf}/books'], {
    get: { operationId: 'listBooks', tags: ['shelves'], security: [{ apiKey: ['runs:read'] }] },
    delete: { operationId: 'deleteBooks' },
  });
  t.like(components.examples, { 'out-of-stock': { summary: 'Out of stock' } });
});

test("the API does not start with a route that matches one of the platform's", async (t) => {
  const mine = defineRoute({
    ...{ id: 'mine', method: 'get', path: '/v1/runs/latest', summary: 'Get the latest run', tag: 'runs' },
    scope: 'runs:read',
    answers: { 204: { description: 'None.' } },
    handler: () => () => ({ status: 204 }),
  });
  await t.throwsAsync(startTestApi({ routes: [mine] }), {
    message: 'GET /v1/runs/latest: the path matches /v1/runs/{id} of the platform: choose another',
  });
});
