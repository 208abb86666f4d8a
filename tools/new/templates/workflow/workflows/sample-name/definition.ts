import { defineWorkflow } from '../../../../../../platform/workflows/define.js';

export const sampleName = defineWorkflow({
  name: 'sample-name',
  summary: 'Runs sample-name',
  input: {
    type: 'object',
    properties: {
      subject: { type: 'string', minLength: 1, maxLength: 200, examples: ['Ada'] },
    },
    required: ['subject'],
    additionalProperties: false,
  },
  output: {
    type: 'object',
    properties: { subject: { type: 'string', examples: ['Ada'] } },
    required: ['subject'],
    additionalProperties: false,
  },
  // A run that takes longer, timers and retries included, ends as timed-out.
  executionTimeout: '1 day',
});
