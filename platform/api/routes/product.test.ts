import test from 'ava';
import { defineRoute, type RouteParts } from '../product-route.js';
import { productRoutes } from './product.js';

test('names the route, the part and the path of a mistake in a schema', (t) => {
  const misspelt: object = { maxLenght: 3 };
  const route = defineRoute({
    id: 'listOrders',
    method: 'post',
    path: '/v1/orders',
    summary: 'List orders',
    tag: 'runs',
    scope: 'runs:read',
    body: { type: 'object', properties: { name: misspelt } },
    answers: {
      204: { description: 'No orders' },
      200: { description: 'Orders', schema: { type: 'array', items: misspelt } },
    },
    handler: () => () => ({ status: 204 }),
  });
  const mounted: unknown[] = [];
  const { message } = t.throws(() => productRoutes((operation) => mounted.push(operation), [route], {} as RouteParts), {
    code: 'definition-invalid',
  });
  t.deepEqual(message.split('\n'), [
    'Route listOrders: body: /properties/name/maxLenght: no keyword has this name; did you mean "maxLength"?',
    'Route listOrders: answer 200: /items/maxLenght: no keyword has this name; did you mean "maxLength"?',
  ]);
  t.deepEqual(mounted, []);
});

/** Compiled, never called: `tsc` checks the types. */
const misspelt = () =>
  defineRoute({
    id: 'listOrders',
    method: 'post',
    path: '/v1/orders',
    summary: 'List orders',
    tag: 'runs',
    scope: 'runs:read',
    // @ts-expect-error no keyword has this name
    body: { type: 'object', properties: { name: { type: 'string' } }, requierd: ['name'] },
    answers: { 204: { description: 'No orders' } },
    handler: () => () => ({ status: 204 }),
  });

test('a misspelt keyword in a body does not compile', (t) => {
  t.is(typeof misspelt, 'function');
});
