import { runStatuses } from '../../runs/run.js';
import { runHistorySchema } from '../../runs/run-history.js';
import { runProblemSchema } from '../../runs/run-problem.js';
import type { Schema } from './schema.js';

const time = { type: 'string', format: 'date-time' } as const;
const timeOrNull = { type: ['string', 'null'], format: 'date-time' } as const;
const text = { type: 'string' } as const;
const textOrNull = { type: ['string', 'null'] } as const;

export const runIdSchema = { type: 'string', format: 'uuid', description: 'Id of the run, a UUID v7.' } as const;

const runFailure = {
  type: 'object',
  description: 'Why the run did not complete.',
  properties: {
    code: { ...text, description: 'Type of the failure that the workflow threw, or a problem code.' },
    message: text,
    activity: { ...text, description: 'Name of the failed activity, if an activity caused the failure.' },
    attempt: { type: 'integer', minimum: 1, description: 'Number of the last attempt of the activity.' },
  },
  required: ['code', 'message'],
} as const;

const runLinks = {
  type: 'object',
  description: 'Paths related to the run. `cancel` and `terminate` are present until the run ends.',
  properties: { self: text, workflow: text, history: text, events: text, cancel: text, terminate: text },
  required: ['self', 'workflow', 'history', 'events'],
} as const;

/** @param of - the schemas that differ between workflows */
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
      status: {
        type: 'string',
        enum: runStatuses,
        description: 'Status of the run. All except `pending` and `running` are final.',
      },
      caller: {
        ...text,
        description:
          'Caller who started the run: the name of an API key, `oidc:` and the name in a token, or `schedule:` and the name of a workflow.',
      },
      input: of.input,
      result: of.result,
      failure: { anyOf: [runFailure, { type: 'null' }] },
      problems: {
        type: 'array',
        items: runProblemSchema,
        maxItems: 10,
        description: 'Failures that Temporal retries, while the run is open. About a second old.',
      },
      workflowId: { ...text, description: 'Workflow id in Temporal, derived from the run id.' },
      temporalRunId: {
        ...textOrNull,
        description: "Temporal's run id of the first execution; `null` until the run starts.",
      },
      startsAt: { ...timeOrNull, description: 'When the caller asked the run to start; `null`: at once.' },
      createdAt: { ...time, description: 'When the API accepted the run. All times are ISO 8601 in UTC.' },
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
      'problems',
      'workflowId',
      'temporalRunId',
      'startsAt',
      'createdAt',
      'updatedAt',
      'startedAt',
      'endedAt',
      'links',
    ],
  }) as const;

const anything = { description: 'Any JSON value. The workflow defines its schema.' } as const;

/** A run of any workflow. */
export const runSchema = {
  ...createRunSchema({ workflow: text, input: anything, result: anything }),
  description: 'A run of a workflow.',
} as const;

export const runPageSchema = {
  type: 'object',
  description: 'A page of runs, newest first.',
  properties: {
    runs: { type: 'array', items: runSchema },
    next: { ...textOrNull, description: 'The `cursor` of the next page; `null` on the last page.' },
    links: { type: 'object', properties: { next: { ...text, description: 'Path of the next page.' } } },
  },
  required: ['runs', 'next', 'links'],
} as const;

const jsonSchema = { type: 'object', description: 'A JSON Schema (2020-12).' } as const;
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
  description: 'A workflow that callers can start, with its input, output and messages.',
  properties: {
    name: text,
    summary: text,
    taskQueue: text,
    executionTimeout: { ...text, description: 'Maximum time from start to end, such as `30 days`.' },
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

export const nothingSchema = { type: 'object', description: 'An empty object.', properties: {} } as const;

/** The answer to a query or an update. */
export const resultSchemaOf = (result: Schema): Schema => ({
  type: 'object',
  properties: { result },
  required: ['result'],
});

const fault = {
  type: 'object',
  description: 'A validation error and its location.',
  properties: {
    pointer: { ...text, description: 'JSON pointer (RFC 6901) to the invalid value in the body.' },
    parameter: { ...text, description: 'Name of the invalid query parameter or header.' },
    detail: text,
  },
  required: ['detail'],
} as const;

/** @param codes - all codes of the API */
export const createProblemSchema = (codes: readonly string[]) => ({
  type: 'object',
  description: 'A problem document (RFC 9457).',
  properties: {
    type: { ...text, format: 'uri', description: 'URN derived from the code.' },
    title: { ...text, description: 'Meaning of the code.' },
    status: { type: 'integer', minimum: 400, maximum: 599 },
    code: { ...text, enum: codes, description: 'Machine-readable code of the problem.' },
    detail: { ...text, description: 'Explanation of this occurrence.' },
    instance: { ...text, description: 'Path of the request.' },
    requestId: text,
    errors: { type: 'array', items: fault, description: 'All validation errors, up to 100.' },
    run: { ...runSchema, description: 'The run that ended without a result.' },
    failure: runFailure,
    position: {
      type: 'object',
      description: 'Position of the first JSON syntax error.',
      properties: { offset: { type: 'integer' }, line: { type: 'integer' }, column: { type: 'integer' } },
      required: ['offset', 'line', 'column'],
    },
  },
  required: ['type', 'title', 'status', 'code', 'requestId'],
});

const healthState = { type: 'string', enum: ['ok', 'degraded', 'down'] } as const;
const identity = {
  service: text,
  version: { ...text, description: 'If the API requires keys: only in answers to `GET /health` with a valid key.' },
  uptimeSeconds: { type: 'integer', minimum: 0, description: 'Present whenever `version` is.' },
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
    failing: { type: 'array', items: text, description: 'Names of the components that are not `ok`.' },
  },
  required: ['status', 'ready', 'shuttingDown', 'failing'],
} as const;

export const healthReportSchema = {
  type: 'object',
  description: 'If the API requires keys or tokens, callers without one receive the required members only.',
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
          critical: { type: 'boolean', description: 'Whether the service cannot work without the component.' },
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

/** The schemas in the document's components, by name. */
export const namedSchemas = (problemSchema: Schema): Readonly<Record<string, Schema>> => ({
  Run: runSchema,
  RunFailure: runFailure,
  RunPage: runPageSchema,
  RunHistory: runHistorySchema,
  RunProblem: runProblemSchema,
  Workflow: workflowSchema,
  WorkflowList: workflowListSchema,
  Problem: problemSchema,
  Liveness: livenessSchema,
  Readiness: readinessSchema,
  HealthReport: healthReportSchema,
});
