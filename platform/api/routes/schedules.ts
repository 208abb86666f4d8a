import type { FromSchema } from 'json-schema-to-ts';
import type { Schedules } from '../../runs/schedules.js';
import { exampleRunId } from '../contract/examples.js';
import { type Description, json, operation } from '../contract/operation.js';
import { temporalProblems } from '../contract/problem-answers.js';
import {
  backfillSchema,
  pauseSchema,
  scheduleListSchema,
  scheduleSchema,
  triggerSchema,
} from '../contract/schedule-schemas.js';
import type { Schema } from '../contract/schema.js';
import type { ProblemCode } from '../problem-types.js';
import type { Mount } from '../route.js';
import { noInputSchema } from '../run-requests.js';
import { toScheduleResource } from '../schedule-resource.js';

const example = toScheduleResource({
  name: 'report-orders',
  spec: {
    cron: '0 6 * * *',
    every: null,
    timeZone: 'Europe/Berlin',
    overlap: 'skip',
    catchup: '1 hour',
    input: {},
    paused: false,
  },
  state: {
    paused: false,
    note: null,
    createdAt: new Date('2026-01-30T08:00:00Z'),
    nextTimes: [new Date('2026-02-01T05:00:00Z')],
  },
  openRuns: [],
  recentRuns: [],
});
const shown = { ...example, recentRuns: [{ id: exampleRunId, status: 'completed' }] };

const name = {
  name: { schema: { type: 'string', description: 'Name of the workflow.' }, example: 'report-orders' },
};
const shared = { tag: 'schedules', query: {} } as const;

export const listSchedules = operation({
  ...shared,
  method: 'get',
  path: '/v1/schedules',
  scope: 'runs:read',
  describe: () => [
    {
      id: 'listSchedules',
      summary: 'List schedules',
      details: 'Returns the schedule of each workflow that has one.',
      answers: { 200: json('All schedules.', scheduleListSchema, { schedules: [shown] }) },
      problems: temporalProblems,
    },
  ],
});

export const getSchedule = operation({
  ...shared,
  method: 'get',
  path: '/v1/schedules/{name}',
  params: name,
  scope: 'runs:read',
  describe: () => [
    {
      id: 'getSchedule',
      summary: 'Get a schedule',
      details: 'Returns when the workflow runs, the next times and the newest runs.',
      answers: { 200: json('The schedule.', scheduleSchema, shown) },
      problems: ['schedule-not-found', ...temporalProblems],
    },
  ],
});

/** An operation that changes a schedule. */
const change = (verb: string, body: Schema, given: Pick<Description, 'summary' | 'details'> & { example: unknown }) =>
  operation({
    ...shared,
    method: 'post',
    path: `/v1/schedules/{name}/${verb}`,
    params: name,
    scope: 'runs:admin',
    body,
    describe: () => [
      {
        id: `${verb}Schedule`,
        summary: given.summary,
        ...(given.details !== undefined && { details: given.details }),
        body: { example: given.example },
        answers: { 202: json('Temporal accepted the request.', scheduleSchema, shown) },
        problems: ['schedule-not-found', 'worker-unavailable', ...temporalProblems] satisfies ProblemCode[],
      },
    ],
  });

export const pauseSchedule = change('pause', pauseSchema, {
  summary: 'Pause a schedule',
  details:
    'Open runs continue. The pause survives restarts and new definitions. Repeating the request replaces the note.',
  example: { note: 'The shop is closed' },
});

export const resumeSchedule = change('resume', noInputSchema, {
  summary: 'Resume a schedule',
  details: 'The times during the pause are not made up for; use a backfill.',
  example: {},
});

export const triggerSchedule = change('trigger', triggerSchema, {
  summary: 'Start a run of a schedule now',
  details: 'Also while the schedule is paused. With the policy `skip`, nothing starts while a run is open.',
  example: {},
});

export const backfillSchedule = change('backfill', backfillSchema, {
  summary: 'Start the runs of a past period',
  details: 'Starts a run for each time in the period, also if that time had a run. A backfill can start 500 runs.',
  example: { from: '2026-01-01T00:00:00Z', to: '2026-01-08T00:00:00Z' },
});

/** `GET /v1/schedules`, `GET /v1/schedules/{name}`, and `POST …/pause`, `…/resume`, `…/trigger` and `…/backfill`. */
export function scheduleRoutes(mount: Mount, schedules: Schedules): void {
  mount(listSchedules, async (ctx) => {
    ctx.body = { schedules: (await schedules.list(ctx.state.caller)).map(toScheduleResource) };
  });

  mount(getSchedule, async (ctx) => {
    ctx.body = toScheduleResource(await schedules.get(ctx.state.caller, ctx.params['name'] ?? ''));
  });

  mount(pauseSchedule, async (ctx, { input }) => {
    const { note } = input as FromSchema<typeof pauseSchema>;
    ctx.body = toScheduleResource(await schedules.pause(ctx.state.caller, ctx.params['name'] ?? '', note));
    ctx.status = 202;
  });

  mount(resumeSchedule, async (ctx) => {
    ctx.body = toScheduleResource(await schedules.resume(ctx.state.caller, ctx.params['name'] ?? ''));
    ctx.status = 202;
  });

  mount(triggerSchedule, async (ctx, { input }) => {
    const { overlap } = input as FromSchema<typeof triggerSchema>;
    ctx.body = toScheduleResource(await schedules.trigger(ctx.state.caller, ctx.params['name'] ?? '', overlap));
    ctx.status = 202;
  });

  mount(backfillSchedule, async (ctx, { input }) => {
    const { from, to, overlap } = input as FromSchema<typeof backfillSchema>;
    const period = { from: new Date(from), to: new Date(to) };
    ctx.body = toScheduleResource(
      await schedules.backfill(ctx.state.caller, ctx.params['name'] ?? '', period, overlap),
    );
    ctx.status = 202;
  });
}
