import { defineRoute } from '../../../../../../platform/api/product-route.js';

/** `GET /v1/sample-name` */
export const sampleName = defineRoute({
  id: 'sampleName',
  method: 'get',
  path: '/v1/sample-name',
  summary: 'Show sample-name',
  tag: { name: 'sample-name', description: 'A section of the API reference.' },
  scope: 'runs:read',
  answers: {
    200: {
      description: 'The caller.',
      schema: {
        type: 'object',
        properties: { caller: { type: 'string', examples: ['ada'] } },
        required: ['caller'],
      },
    },
  },
  handler:
    () =>
    ({ caller }) => ({ status: 200, body: { caller: caller.name } }),
});
