import type { FromSchema } from 'json-schema-to-ts';

const time = { type: 'string', format: 'date-time' } as const;
const timeOrNull = { type: ['string', 'null'], format: 'date-time' } as const;

const step = {
  type: 'object',
  description: 'One thing that the workflow did, or that was done to it. What went in and out of it is not told.',
  properties: {
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
        '`signal`, `update` and `cancel-request` came from outside; `outgoing-…` went to another workflow. `continued`: the workflow began ' +
        'anew and keeps its id. `reset`: somebody set it back to this point, and what it had done after it is not listed. `patch`: the ' +
        'run was made with a change of the code.',
    },
    name: {
      type: ['string', 'null'],
      description: 'Of the activity, message, child workflow, patch or marker; `null` for what has none.',
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
        '`scheduled`: not begun yet. `retrying`: the last attempt failed, the next one waits for its turn. `abandoned`: the workflow ' +
        'ended first. The last seven are final.',
    },
    attempts: {
      type: ['integer', 'null'],
      minimum: 0,
      description:
        'How often an activity was begun so far; `null` for other kinds, and where Temporal does not tell it.',
    },
    scheduledAt: { ...time, description: 'When the workflow asked for it, or it came. ISO 8601 in UTC, as all times.' },
    startedAt: {
      ...timeOrNull,
      description:
        'When it began, an activity its last attempt; `null` when it has not, or waits for its next attempt.',
    },
    endedAt: { ...timeOrNull, description: 'When it ended; `null` when it has not, also when it was abandoned.' },
    durationMs: {
      type: ['integer', 'null'],
      minimum: 0,
      description:
        'Time from `scheduledAt` to `endedAt`, in milliseconds: how long the workflow waited for it. `null` when it has not ended, also ' +
        'when it was abandoned, and for what happens at one moment, such as a signal.',
    },
    timerMs: {
      type: ['integer', 'null'],
      minimum: 0,
      description:
        'How long a timer was set for, in milliseconds, also when it was cancelled before; `null` for other kinds.',
    },
    failure: {
      type: ['object', 'null'],
      description:
        'The last one: why the step failed, or why the attempt before failed when the step goes on or has completed.',
      properties: {
        code: { type: 'string', description: 'The type of the error, such as `database-unavailable`.' },
        message: { type: 'string' },
      },
      required: ['code', 'message'],
      additionalProperties: false,
    },
  },
  required: [
    'kind',
    'name',
    'status',
    'attempts',
    'scheduledAt',
    'startedAt',
    'endedAt',
    'durationMs',
    'timerMs',
    'failure',
  ],
  additionalProperties: false,
} as const;

/** A run's history as callers see it: JSON Schema that means the same in draft-07 and 2020-12. */
export const runHistorySchema = {
  type: 'object',
  description: 'What a run has done so far.',
  properties: {
    steps: {
      type: 'array',
      items: step,
      maxItems: 1000,
      description: 'In the order of `scheduledAt`, the newest last.',
    },
    truncated: { type: 'boolean', description: 'Whether there are older steps, which are not listed.' },
  },
  required: ['steps', 'truncated'],
  additionalProperties: false,
} as const;

export type RunHistory = FromSchema<typeof runHistorySchema>;
export type RunStep = RunHistory['steps'][number];
