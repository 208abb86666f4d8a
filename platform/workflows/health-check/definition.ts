import { defineWorkflow, type Output } from '../define.js';

const component = {
  type: 'object',
  properties: {
    state: { type: 'string', enum: ['ok', 'down'] },
    latencyMs: { type: 'number', minimum: 0, description: 'Time the check took, in milliseconds' },
    version: { type: 'string' },
    detail: {
      type: 'object',
      additionalProperties: { type: ['string', 'number'] },
      description: 'What else the component told',
    },
    error: { type: 'string', description: 'Why it is down' },
  },
  required: ['state'],
  additionalProperties: false,
} as const;

/** Asks every part of the platform whether it works, through a workflow and its activities. */
export const healthCheck = defineWorkflow({
  name: 'health-check',
  summary: 'Checks PostgreSQL, Temporal and the worker at the same time, and reports on each',
  input: { type: 'object', properties: {}, additionalProperties: false },
  output: {
    type: 'object',
    properties: {
      status: { type: 'string', enum: ['ok', 'degraded'] },
      checkedAt: { type: 'string', format: 'date-time' },
      components: {
        type: 'object',
        properties: { postgres: component, temporal: component, worker: component },
        required: ['postgres', 'temporal', 'worker'],
        additionalProperties: false,
      },
    },
    required: ['status', 'checkedAt', 'components'],
    additionalProperties: false,
  },
  executionTimeout: '1 minute',
});

export type HealthReport = Output<typeof healthCheck>;
export type ComponentHealth = HealthReport['components']['postgres'];
