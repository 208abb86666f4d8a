import type { FromSchema } from 'json-schema-to-ts';
import { runProblemSchema } from './run-problem.js';

const time = { type: 'string', format: 'date-time' } as const;
const timeOrNull = { type: ['string', 'null'], format: 'date-time' } as const;

/** An object with exactly these properties. */
const exactly = <const P extends object>(description: string, properties: P) =>
  ({
    type: 'object',
    description,
    properties,
    required: Object.keys(properties) as (keyof P & string)[],
    additionalProperties: false,
  }) as const;

const step = exactly('A step of the workflow, or an event that it received. Does not include inputs and results.', {
  kind: {
    type: 'string',
    enum: [
      'activity',
      'local-activity',
      'timer',
      'signal',
      'update',
      'child-workflow',
      'outgoing-signal',
      'outgoing-cancel',
      'cancel-request',
      'continued',
      'reset',
      'patch',
      'marker',
    ],
    description:
      '`signal`, `update` and `cancel-request` were received; `outgoing-signal` and `outgoing-cancel` were sent to another workflow. ' +
      '`continued`: the workflow continued as new and kept its id. `reset`: the workflow was reset to this point, and later steps are ' +
      'not listed. `patch`: the run uses a change of the workflow code.',
  },
  name: {
    type: ['string', 'null'],
    description: 'Name of the activity, message, child workflow, patch or marker; `null` for other kinds.',
  },
  status: {
    type: 'string',
    enum: [
      'scheduled',
      'running',
      'retrying',
      'completed',
      'failed',
      'timed-out',
      'cancelled',
      'terminated',
      'rejected',
      'abandoned',
    ],
    description:
      '`scheduled`: not started yet. `retrying`: waiting for the next attempt. `abandoned`: the workflow ended first. All except ' +
      '`scheduled`, `running` and `retrying` are final.',
  },
  attempts: {
    type: ['integer', 'null'],
    minimum: 0,
    description: 'Number of attempts of an activity so far; `null` for other kinds, or if Temporal does not report it.',
  },
  scheduledAt: {
    ...time,
    description: 'When the workflow scheduled the step or received the event. ISO 8601 in UTC.',
  },
  startedAt: {
    ...timeOrNull,
    description:
      'When the step, or the last attempt of an activity, started; `null` before the start and between attempts.',
  },
  endedAt: { ...timeOrNull, description: 'When the step ended; `null` for open and abandoned steps.' },
  durationMs: {
    type: ['integer', 'null'],
    minimum: 0,
    description:
      'Time from `scheduledAt` to `endedAt`, in milliseconds. `null` for open and abandoned steps, and for events without a duration, ' +
      'such as signals.',
  },
  timerMs: {
    type: ['integer', 'null'],
    minimum: 0,
    description:
      'Duration that the timer was set to, in milliseconds, also if it was cancelled; `null` for other kinds.',
  },
  failure: {
    type: ['object', 'null'],
    description: 'The last failure: of the step itself or, if the step is open or completed, of its previous attempt.',
    properties: {
      code: { type: 'string', description: 'Type of the error, such as `database-unavailable`.' },
      message: { type: 'string' },
    },
    required: ['code', 'message'],
    additionalProperties: false,
  },
});

/** The history of a run in the API. This JSON Schema means the same in draft-07 and 2020-12. */
export const runHistorySchema = exactly('The steps of a run so far.', {
  steps: {
    type: 'array',
    items: step,
    maxItems: 1000,
    description: 'Sorted by `scheduledAt`, newest last. At most the newest 1000 steps.',
  },
  truncated: { type: 'boolean', description: 'Whether older steps are missing.' },
  problems: {
    type: 'array',
    items: runProblemSchema,
    maxItems: 10,
    description: 'Failures that Temporal retries now: of the workflow task, and of activities.',
  },
});

export type RunHistory = FromSchema<typeof runHistorySchema>;
export type RunStep = RunHistory['steps'][number];
