import { runStatuses } from '../../runs/run.js';
import { runHistorySchema } from '../../runs/run-history.js';
import { problemTypes } from '../problem-types.js';
import type { Schema } from './schema.js';

const time = { type: 'string', format: 'date-time' } as const;
const timeOrNull = { type: ['string', 'null'], format: 'date-time' } as const;
const text = { type: 'string' } as const;
const textOrNull = { type: ['string', 'null'] } as const;

export const runIdSchema = { type: 'string', format: 'uuid', description: 'Id of the run: a UUID v7' } as const;

const runFailure = {
  type: 'object',
  description: 'Why a run did not complete',
  properties: {
    code: { ...text, description: 'The type that the workflow failed with, or one of the codes of problems' },
    message: text,
    activity: { ...text, description: 'Name of the activity that failed, if one did' },
    attempt: { type: 'integer', minimum: 1, description: 'On which attempt it did' },
  },
  required: ['code', 'message'],
} as const;

const runLinks = {
  type: 'object',
  description: 'Paths of what belongs to the run; of what can be done to it only while it can',
  properties: { self: text, workflow: text, history: text, events: text, cancel: text, terminate: text },
  required: ['self', 'workflow', 'history', 'events'],
} as const;

/** @param of - the schemas of what differs from one workflow to the next */
export const createRunSchema = <const W extends Schema, const I extends Schema, const R extends Schema>(of: {
  readonly workflow: W;
  readonly input: I;
  readonly result: R;
}) =>
  ({
    type: 'object',
    properties: {
      id: runIdSchema,
      workflow: of.workflow,
      status: { type: 'string', enum: runStatuses, description: 'The last six are final' },
      caller: { ...text, description: 'Name of the API key that started it' },
      input: of.input,
      result: of.result,
      failure: { anyOf: [runFailure, { type: 'null' }] },
      workflowId: { ...text, description: "Id of the workflow in Temporal, derived from the run's" },
      temporalRunId: { ...textOrNull, description: "Temporal's id of its first execution; null until it has started" },
      createdAt: { ...time, description: 'When it was accepted. ISO 8601 in UTC, as all times' },
      updatedAt: time,
      startedAt: timeOrNull,
      endedAt: timeOrNull,
      links: runLinks,
    },
    required: [
      'id',
      'workflow',
      'status',
      'caller',
      'input',
      'result',
      'failure',
      'workflowId',
      'temporalRunId',
      'createdAt',
      'updatedAt',
      'startedAt',
      'endedAt',
      'links',
    ],
  }) as const;

const anything = { description: 'Any JSON; see the workflow for what it is' } as const;

/** A run of any workflow. */
export const runSchema = {
  ...createRunSchema({ workflow: text, input: anything, result: anything }),
  description: 'One run of a workflow',
} as const;

export const runPageSchema = {
  type: 'object',
  description: 'A page of runs, newest first',
  properties: {
    runs: { type: 'array', items: runSchema },
    next: { ...textOrNull, description: 'The `cursor` of the following page; null on the last' },
    links: { type: 'object', properties: { next: { ...text, description: 'Path of the following page' } } },
  },
  required: ['runs', 'next', 'links'],
} as const;

const jsonSchema = { type: 'object', description: 'A JSON Schema (2020-12)' } as const;
const messages = (properties: Readonly<Record<string, Schema>>, required: readonly string[]) => ({
  type: 'object',
  additionalProperties: {
    type: 'object',
    properties: { summary: text, ...properties },
    required: ['summary', ...required],
  },
});

export const workflowSchema = {
  type: 'object',
  description: 'A workflow that can be started: what it takes, what it gives and which messages it knows',
  properties: {
    name: text,
    summary: text,
    taskQueue: text,
    executionTimeout: { ...text, description: 'Longest time from start to end, such as `30 days`' },
    input: jsonSchema,
    output: jsonSchema,
    signals: messages({ input: jsonSchema }, ['input']),
    queries: messages({ output: jsonSchema }, ['output']),
    updates: messages({ input: jsonSchema, output: jsonSchema }, ['input', 'output']),
    links: {
      type: 'object',
      properties: { self: text, start: text, execute: text },
      required: ['self', 'start', 'execute'],
    },
  },
  required: [
    'name',
    'summary',
    'taskQueue',
    'executionTimeout',
    'input',
    'output',
    'signals',
    'queries',
    'updates',
    'links',
  ],
} as const;

export const workflowListSchema = {
  type: 'object',
  properties: { workflows: { type: 'array', items: workflowSchema } },
  required: ['workflows'],
} as const;

export const nothingSchema = { type: 'object', description: 'Nothing to tell', properties: {} } as const;

/** What a query or an update answers with. */
export const resultSchemaOf = (result: Schema): Schema => ({
  type: 'object',
  properties: { result },
  required: ['result'],
});

const fault = {
  type: 'object',
  description: 'One thing that is wrong, and where',
  properties: {
    pointer: { ...text, description: 'JSON pointer (RFC 6901) into the body' },
    parameter: { ...text, description: 'Name of the query parameter' },
    detail: text,
  },
  required: ['detail'],
} as const;

export const problemSchema = {
  type: 'object',
  description: 'A problem document (RFC 9457)',
  properties: {
    type: { ...text, format: 'uri', description: 'Follows from the code' },
    title: { ...text, description: 'What the code means' },
    status: { type: 'integer', minimum: 400, maximum: 599 },
    code: { ...text, enum: Object.keys(problemTypes), description: 'What programs tell problems apart by' },
    detail: { ...text, description: 'What is wrong this time' },
    instance: { ...text, description: 'Path of the request' },
    requestId: text,
    errors: { type: 'array', items: fault, description: 'Each thing that is wrong with the input or the parameters' },
    run: { ...runSchema, description: 'The run that ended without a result' },
    failure: runFailure,
    position: {
      type: 'object',
      description: 'Where the JSON breaks off',
      properties: { offset: { type: 'integer' }, line: { type: 'integer' }, column: { type: 'integer' } },
      required: ['offset', 'line', 'column'],
    },
  },
  required: ['type', 'title', 'status', 'code', 'requestId'],
} as const;

const healthState = { type: 'string', enum: ['ok', 'degraded', 'down'] } as const;
const identity = {
  service: text,
  version: { ...text, description: 'Where the API requires keys: only in reports to callers with a valid key' },
  uptimeSeconds: { type: 'integer', minimum: 0, description: 'Present whenever `version` is' },
} as const;

export const livenessSchema = {
  type: 'object',
  properties: { status: { const: 'ok' }, ...identity },
  required: ['status', 'service'],
} as const;

export const readinessSchema = {
  type: 'object',
  properties: {
    status: healthState,
    ready: { type: 'boolean' },
    shuttingDown: { type: 'boolean' },
    failing: { type: 'array', items: text, description: 'Names of the components that are not `ok`' },
  },
  required: ['status', 'ready', 'shuttingDown', 'failing'],
} as const;

export const healthReportSchema = {
  type: 'object',
  description: 'Where the API requires keys, callers without one receive the required members only',
  properties: {
    status: healthState,
    ready: { type: 'boolean' },
    shuttingDown: { type: 'boolean' },
    ...identity,
    checkedAt: time,
    components: {
      type: 'object',
      additionalProperties: {
        type: 'object',
        properties: {
          state: healthState,
          critical: { type: 'boolean', description: 'Whether the service cannot work without it' },
          latencyMs: { type: 'number', minimum: 0 },
          version: text,
          detail: text,
          error: { type: 'object', properties: { code: text, message: text }, required: ['code', 'message'] },
        },
        required: ['state', 'critical'],
      },
    },
  },
  required: ['status', 'ready', 'shuttingDown', 'service', 'checkedAt', 'components'],
} as const;

/** The schemas that have a name of their own in the document. */
export const namedSchemas: Readonly<Record<string, Schema>> = {
  Run: runSchema,
  RunFailure: runFailure,
  RunPage: runPageSchema,
  RunHistory: runHistorySchema,
  Workflow: workflowSchema,
  WorkflowList: workflowListSchema,
  Problem: problemSchema,
  Liveness: livenessSchema,
  Readiness: readinessSchema,
  HealthReport: healthReportSchema,
};
