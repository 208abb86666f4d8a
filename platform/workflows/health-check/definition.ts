import { defineWorkflow, type Output } from '../define.js';

const component = {
  type: 'object',
  properties: {
    state: { type: 'string', enum: ['ok', 'down'] },
    latencyMs: { type: 'number', minimum: 0, description: 'Duration of the check, in milliseconds.' },
    version: { type: 'string' },
    detail: {
      type: 'object',
      additionalProperties: { type: ['string', 'number'] },
      description: 'More details of the component.',
    },
    error: { type: 'string', description: 'Why the component is down.' },
  },
  required: ['state'],
  additionalProperties: false,
} as const;

/** Checks every part of the platform through a workflow and its activities. */
export const healthCheck = defineWorkflow({
  name: 'health-check',
  summary: 'Checks PostgreSQL, Temporal and the worker in parallel',
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
