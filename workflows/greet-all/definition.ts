import { defineWorkflow } from '../../platform/workflows/define.js';

/** Shows child workflows, continue-as-new and `patched()`. */
export const greetAll = defineWorkflow({
  name: 'greet-all',
  summary: 'Greets many people by name, each in a child workflow',
  input: {
    type: 'object',
    properties: {
      names: {
        type: 'array',
        minItems: 1,
        maxItems: 1000,
        items: { type: 'string', minLength: 1, maxLength: 100 },
        description: 'Names of the people to greet.',
        examples: [['Ada', 'Grace']],
      },
      batchSize: {
        type: 'integer',
        minimum: 1,
        maximum: 100,
        description: 'People greeted before the workflow continues as new; 20 if absent.',
      },
    },
    required: ['names'],
    additionalProperties: false,
  },
  output: {
    type: 'object',
    properties: { greeted: { type: 'integer', minimum: 0, description: 'Number of people greeted.' } },
    required: ['greeted'],
    additionalProperties: false,
  },
  executionTimeout: '1 day',
});
