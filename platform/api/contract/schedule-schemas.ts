import { runStatuses } from '../../runs/run.js';
import { overlapPolicies } from '../../workflows/define.js';
import { runIdSchema } from './schemas.js';

const text = { type: 'string' } as const;
const textOrNull = { type: ['string', 'null'] } as const;
const time = { type: 'string', format: 'date-time' } as const;

const scheduledRun = {
  type: 'object',
  properties: { id: runIdSchema, status: { type: 'string', enum: runStatuses } },
  required: ['id', 'status'],
} as const;

const runsOf = (description: string) => ({ type: 'array', items: scheduledRun, description }) as const;

const overlapSchema = {
  type: 'string',
  enum: overlapPolicies,
  description:
    'What to do when a run is due while an earlier one has not ended: skip it, start one or all later, cancel or terminate the earlier ' +
    'one, or run both.',
} as const;

export const scheduleSchema = {
  type: 'object',
  description: 'The schedule of a workflow.',
  properties: {
    name: { ...text, description: 'Name of the workflow that the schedule starts.' },
    cron: { ...textOrNull, description: 'The times, as a cron expression with five fields, if the schedule has one.' },
    every: { ...textOrNull, description: 'The interval, such as `15 minutes`, if the schedule has one.' },
    timeZone: { ...text, description: 'IANA name of the time zone of `cron`.' },
    overlap: overlapSchema,
    catchup: { ...text, description: 'How late a run may start after an outage of Temporal.' },
    input: { description: 'The input of the runs.' },
    paused: { type: 'boolean' },
    note: { ...textOrNull, description: 'Why the schedule is paused.' },
    createdAt: {
      type: ['string', 'null'],
      format: 'date-time',
      description: '`null` until a worker has created the schedule in Temporal.',
    },
    nextTimes: {
      type: 'array',
      items: time,
      description: 'The next times. While the schedule is paused, nothing starts then.',
    },
    openRuns: runsOf('The newest runs of the schedule that have not ended. Empty without the scope `runs:admin`.'),
    recentRuns: runsOf('The newest runs of the schedule. Empty without the scope `runs:admin`.'),
    links: {
      type: 'object',
      properties: {
        self: text,
        workflow: text,
        runs: text,
        pause: text,
        resume: text,
        trigger: text,
        backfill: text,
      },
      required: ['self', 'workflow', 'runs', 'pause', 'resume', 'trigger', 'backfill'],
    },
  },
  required: [
    ...['name', 'cron', 'every', 'timeZone', 'overlap', 'catchup', 'input', 'paused', 'note', 'createdAt', 'nextTimes'],
    ...['openRuns', 'recentRuns', 'links'],
  ],
} as const;

export const scheduleListSchema = {
  type: 'object',
  properties: { schedules: { type: 'array', items: scheduleSchema } },
  required: ['schedules'],
} as const;

export const pauseSchema = {
  type: 'object',
  properties: { note: { type: 'string', maxLength: 1000, description: 'Why you pause the schedule.' } },
  additionalProperties: false,
} as const;

export const triggerSchema = {
  type: 'object',
  properties: { overlap: { ...overlapSchema, description: "Default: the schedule's policy." } },
  additionalProperties: false,
} as const;

export const backfillSchema = {
  type: 'object',
  properties: {
    from: { ...time, description: 'Begin of the period.' },
    to: { ...time, description: 'End of the period, not in the future.' },
    overlap: { ...overlapSchema, default: 'buffer-all', description: 'How the runs relate to each other.' },
  },
  required: ['from', 'to'],
  additionalProperties: false,
} as const;

export const namedScheduleSchemas = { Schedule: scheduleSchema, ScheduleList: scheduleListSchema } as const;
