import { defineWorkflow } from '../../../../platform/workflows/define.js';

/** The steps in order. */
export const steps = ['first', 'second', 'third'] as const;
export type Step = (typeof steps)[number];

/** Three sequential activities. The test detects an effect that happens twice. */
export const threeEffects = defineWorkflow({
  name: 'three-effects',
  summary: 'Has three effects, one after another',
  input: {
    type: 'object',
    properties: { number: { type: 'integer', minimum: 1, description: 'Tells the runs of a test apart' } },
    required: ['number'],
    additionalProperties: false,
  },
  output: {
    type: 'object',
    properties: {
      number: { type: 'integer' },
      steps: { type: 'array', items: { type: 'string' }, minItems: 3, maxItems: 3 },
    },
    required: ['number', 'steps'],
    additionalProperties: false,
  },
  executionTimeout: '10 minutes',
});
