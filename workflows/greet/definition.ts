import { defineWorkflow } from '../../platform/workflows/define.js';

/** The smallest workflow: one activity. Copy this folder to start your own. */
export const greet = defineWorkflow({
  name: 'greet',
  summary: 'Greets a person by name, with a greeting for the time of day',
  input: {
    type: 'object',
    properties: {
      name: {
        type: 'string',
        minLength: 1,
        maxLength: 100,
        description: 'Name of the person to greet.',
        examples: ['Ada'],
      },
    },
    required: ['name'],
    additionalProperties: false,
  },
  output: {
    type: 'object',
    properties: { greeting: { type: 'string', examples: ['Good morning, Ada!'] } },
    required: ['greeting'],
    additionalProperties: false,
  },
  executionTimeout: '10 minutes',
});
