import { defineWorkflow } from '../define.js';

/** The smallest workflow: one activity. Copy this folder to begin one of your own. */
export const greet = defineWorkflow({
  name: 'greet',
  summary: 'Greets somebody by name, as the time of day asks for',
  input: {
    type: 'object',
    properties: {
      name: { type: 'string', minLength: 1, maxLength: 100, description: 'Who is greeted', examples: ['Ada'] },
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
