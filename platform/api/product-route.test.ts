import test from 'ava';
import { defineRoute } from './product-route.js';

const common = { id: 'mine', method: 'get', summary: 'List orders', tag: 'runs', scope: 'runs:read' } as const;
const count = { 200: { description: 'The number.', schema: { type: 'integer' } } } as const;

test('the compiler checks a handler against its route', (t) => {
  const routes = [
    defineRoute({
      ...{ ...common, path: '/v1/orders', answers: count },
      // @ts-expect-error the schema has an integer
      handler: () => () => ({ status: 200, body: 'three' }),
    }),
    defineRoute({
      ...{ ...common, path: '/v1/orders', answers: count },
      // @ts-expect-error the route has no answer 201
      handler: () => () => ({ status: 201, body: 3 }),
    }),
    defineRoute({
      ...{ ...common, path: '/v1/orders/{id}', answers: count },
      handler:
        () =>
        // @ts-expect-error the path has no parameter `number`
        ({ params: { number } }) => ({ status: 200, body: Number(number) }),
    }),
    defineRoute({
      ...{ ...common, path: '/v1/orders', scope: 'public', answers: count },
      // @ts-expect-error a public route has no caller
      handler: () => (request) => ({ status: 200, body: request.caller.name.length }),
    }),
  ];
  t.is(routes.length, 4);
});
