import { defineWorkflow } from '../../../../../../platform/workflows/define.js';

export const sampleName = defineWorkflow({
  name: 'sample-name',
  summary: 'Runs sample-name',
  input: { type: 'object', additionalProperties: false },
  output: {
    type: 'object',
    properties: { at: { type: 'string', format: 'date-time' } },
    required: ['at'],
    additionalProperties: false,
  },
  executionTimeout: '1 hour',
  schedule: { cron: '0 6 * * *', timeZone: 'UTC' },
});
