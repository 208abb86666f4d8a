import test from 'ava';
import type { Scope } from '../../auth/scopes.js';
import { fixtureRoutes } from '../../testing/fixtures/routes.js';
import { defineRoute, type RouteProps } from '../product-route.js';
import { operationsWith, tagsWith } from './operations.js';

type Given = Pick<
  RouteProps<string, Scope | 'public', never, never, undefined, never>,
  'method' | 'path' | 'tag' | 'scope'
>;

const route = (given: Partial<Given>) =>
  defineRoute({
    ...{ id: 'mine', method: 'get', path: '/v1/orders', summary: 'List orders', tag: 'runs', scope: 'runs:read' },
    ...given,
    answers: { 204: { description: 'None.' } },
    handler: () => () => ({ status: 204 }),
  });

const orders = { name: 'orders', description: 'Orders of books.' };

const wrong: readonly [title: string, fault: RegExp, ...routes: Partial<Given>[]][] = [
  ["a path of the platform's", /^GET \/v1\/runs: the path matches \/v1\/runs of the platform/, { path: '/v1/runs' }],
  ['another method of it', /^DELETE \/v1\/runs\/\{id\}: /, { method: 'delete', path: '/v1/runs/{id}' }],
  ['a name in place of its parameter', /matches \/v1\/runs\/\{id\} of/, { path: '/v1/runs/latest' }],
  ['a parameter in place of its name', /matches \/v1\/workflows of/, { path: '/v1/{kind}' }],
  ['the API reference', /matches \/docs\/\{file\} of/, { path: '/docs/mine' }],
  ['a health report', /matches \/health\/live of/, { path: '/health/{probe}' }],
  ['a path without a slash', /the path must be like/, { path: 'v1/orders' }],
  ['a path with a slash at its end', /the path must be like/, { path: '/v1/orders/' }],
  ["a path in the router's form", /the path must be like/, { path: '/v1/orders/:id' }],
  ['the same path twice', /matches \/v1\/orders of another route/, {}, {}],
  ['two paths that match the same', /another route/, { path: '/v1/orders/{id}' }, { path: '/v1/orders/mine' }],
  [
    'two names of one parameter',
    /another route/,
    { path: '/v1/orders/{id}' },
    { method: 'put', path: '/v1/orders/{number}' },
  ],
  ['an unknown scope', /the scope "orders:read" is unknown: use runs:read, /, { scope: 'orders:read' as Scope }],
  ["a tag of the platform's", /the tag health is reserved/, { tag: { ...orders, name: 'health' } }],
  [
    'two descriptions of a tag',
    /the tag orders has another description elsewhere/,
    { tag: orders },
    { method: 'put', tag: { ...orders, description: 'Other.' } },
  ],
];
for (const [title, fault, ...routes] of wrong) {
  test(`rejects ${title}`, (t) => {
    t.throws(() => operationsWith(routes.map(route)), { message: fault });
  });
}

test('accepts several methods of a path, and a path below one of the platform', (t) => {
  const routes = [
    { path: '/v1/orders/{id}', tag: orders },
    { path: '/v1/orders/{id}', method: 'put', tag: orders },
    { path: '/v1/orders/search', method: 'post', tag: orders },
    { path: '/v1/runs/{id}/decisions' },
  ] as const;
  t.notThrows(() => operationsWith(routes.map(route)));
});

test("the product's routes and tags are before those of the service", (t) => {
  const paths = [...new Set(operationsWith(fixtureRoutes).map(({ path }) => path))];
  const index = paths.indexOf('/v1/shelves');
  t.true(index > paths.indexOf('/v1/runs') && index < paths.indexOf('/health'));
  t.deepEqual(Object.keys(tagsWith(fixtureRoutes)), [
    'workflows',
    'runs',
    'schedules',
    'messages',
    'shelves',
    'health',
    'contract',
  ]);
});
