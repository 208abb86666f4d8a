import test from 'ava';
import { createDocument } from '../../api/contract/document.js';
import { makeToken, readToken, type StoredApiKey } from '../../auth/api-key.js';
import { createAuthenticator } from '../../auth/authenticator.js';
import type { Scope } from '../../auth/scopes.js';
import { fixtureCatalogue as catalogue } from '../fixtures/catalogue.js';
import { fixtureProblems, fixtureRoutes } from '../fixtures/routes.js';
import { testProduct } from '../test-product.js';
import { startTestApi, type TestApi } from './support/api.js';

const keys = new Map<string, StoredApiKey>();

function makeKey(name: string, scopes: readonly Scope[], revokedAt: Date | null = null): string {
  const token = makeToken(testProduct);
  const credential = readToken(token);
  if (!credential) throw new Error('made no token');
  const { id, secretHash } = credential;
  keys.set(id, { key: { id, name, scopes, createdAt: new Date(), revokedAt }, secretHash });
  return token;
}

const authenticator = createAuthenticator({ find: async (id) => keys.get(id) });
const tokens = {
  ada: makeKey('ada', ['runs:read', 'runs:write']),
  grace: makeKey('grace', ['runs:read', 'runs:write']),
  admin: makeKey('admin', ['runs:admin']),
  revoked: makeKey('ada', ['runs:admin'], new Date()),
};
const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });

let api: TestApi;
/** A run of Ada's that accepts messages. */
let runId: string;

test.before(async () => {
  api = await startTestApi({ authenticator });
  const answer = await send('POST', '/v1/workflows/vote/start', bearer(tokens.ada), {
    subject: 'Lunch',
    deadline: '1 hour',
  });
  runId = ((await answer.json()) as { id: string }).id;
});
test.after.always(() => api?.close());

const send = (method: string, path: string, headers: Record<string, string>, body?: unknown) =>
  api.fetch(path, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

interface Route {
  readonly method: string;
  readonly path: string;
  readonly scope: Scope | undefined;
  readonly body: unknown;
}

interface Described {
  readonly security: readonly { readonly apiKey?: readonly Scope[] }[];
  readonly requestBody?: {
    readonly content: { readonly 'application/json': { readonly examples: { readonly example: { value: unknown } } } };
  };
}

/** Every route of the OpenAPI document, with an example of its body. */
const routes: readonly Route[] = Object.entries(
  createDocument({ product: testProduct, catalogue, routes: fixtureRoutes, problems: fixtureProblems })[
    'paths'
  ] as Record<string, Record<string, Described>>,
).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, { security, requestBody }]) => ({
    method: method.toUpperCase(),
    path,
    // For an optional key, one entry is empty and the other names no scope.
    scope: security.flatMap(({ apiKey = [] }) => apiKey)[0],
    body: requestBody?.content['application/json'].examples.example.value,
  })),
);
const targetOf = ({ path }: Route) =>
  path.replace('{id}', runId).replace('{name}', 'hello').replace('{shelf}', 'novels');
const isOfRun = ({ path }: Route) => path.startsWith('/v1/runs/{id}');

const otherThan: Readonly<Record<Scope, readonly Scope[]>> = {
  'runs:read': ['runs:write'],
  'runs:write': ['runs:read'],
  'runs:admin': ['runs:read', 'runs:write'],
};

test('the OpenAPI document has public routes and routes that need a scope', (t) => {
  t.deepEqual(
    routes.filter(({ scope }) => scope === undefined).map(({ path }) => path),
    ['/v1/shelves', '/health/live', '/health/ready', '/health', '/openapi.json'],
  );
  t.true(routes.filter(isOfRun).length >= 7);
});

for (const route of routes) {
  const { method, path, scope, body } = route;
  const title = `${method} ${path}`;
  if (!scope) {
    test(`${title} needs no key`, async (t) => {
      t.is((await send(method, targetOf(route), {}, body)).status, 200);
    });
    continue;
  }
  const ask = (headers: Record<string, string>) => send(method, targetOf(route), headers, body);
  const problem = async (answer: Response) => ({
    status: answer.status,
    code: ((await answer.json()) as { code: string }).code,
    challenge: answer.headers.get('www-authenticate'),
  });

  test(`${title} answers 401 without a key`, async (t) => {
    t.deepEqual(await problem(await ask({})), {
      status: 401,
      code: 'unauthenticated',
      challenge: 'Bearer realm="tested"',
    });
  });

  test(`${title} answers 401 without a reason for an invalid, unknown or revoked key, or another scheme`, async (t) => {
    const [id] = /^tested_[A-Za-z0-9]+/.exec(tokens.ada) ?? [];
    const wrongSecret = `${id}_${makeToken(testProduct).split('_').slice(2).join('_')}`;
    const given = [
      'Bearer',
      'Bearer x',
      `Bearer ${makeToken(testProduct)}`,
      `Bearer ${tokens.revoked}`,
      `Bearer ${wrongSecret}`,
    ];
    for (const Authorization of [...given, `Basic ${tokens.ada}`, tokens.ada, `Bearer ${tokens.ada} x`]) {
      t.deepEqual(
        await problem(await ask({ Authorization })),
        { status: 401, code: 'unauthenticated', challenge: 'Bearer realm="tested", error="invalid_token"' },
        Authorization.slice(0, 12),
      );
    }
  });

  test(`${title} answers 403 for a key with another scope`, async (t) => {
    t.deepEqual(await problem(await ask(bearer(makeKey('ada', otherThan[scope])))), {
      status: 403,
      code: 'scope-missing',
      challenge: `Bearer realm="tested", error="insufficient_scope", scope="${scope}"`,
    });
  });

  if (isOfRun(route)) {
    test(`${title} answers 404 for a run of another caller`, async (t) => {
      t.like(await problem(await ask(bearer(tokens.grace))), { status: 404, code: 'run-not-found' });
    });
  }
}

test('lists own runs, and all runs with the scope runs:admin', async (t) => {
  const count = async (token: string, query = '') => {
    const answer = await send('GET', `/v1/runs?limit=100${query}`, bearer(token));
    return ((await answer.json()) as { runs: unknown[] }).runs.length;
  };
  t.true((await count(tokens.ada)) >= 1);
  t.is(await count(tokens.grace), 0);
  t.is(await count(tokens.admin), await count(tokens.ada));
});

test('accepts the scheme in any case; the caller is the name of the key', async (t) => {
  const answer = await send('GET', `/v1/runs/${runId}`, { Authorization: `bEARER   ${tokens.admin}` });
  t.is(answer.status, 200);
  t.like(await answer.json(), { id: runId, caller: 'ada' });
});

test('two callers can use the same Idempotency-Key', async (t) => {
  const start = async (token: string) => {
    const headers = { ...bearer(token), 'Idempotency-Key': 'the-same' };
    const answer = await send('POST', '/v1/workflows/hello/start', headers, { name: 'Ada' });
    return ((await answer.json()) as { id: string }).id;
  };
  const [first, second] = [await start(tokens.ada), await start(tokens.grace)];
  t.not(first, second);
  t.is(await start(tokens.ada), first);
});
