import type { FromSchema } from 'json-schema-to-ts';
import { runHistorySchema } from '../../runs/run-history.js';
import type { Runs } from '../../runs/runs.js';
import { answerVersion } from '../conditional.js';
import { completedRun, failedRun, historyExample, pendingRun } from '../contract/examples.js';
import { ifNoneMatch } from '../contract/headers.js';
import { json, operation } from '../contract/operation.js';
import { temporalProblems } from '../contract/problem-answers.js';
import {
  callerParameter,
  createdBeforeParameter,
  createdFromParameter,
  cursorParameter,
  limitParameter,
  statusParameter,
  workflowParameter,
} from '../contract/run-parameters.js';
import { runPageSchema, runSchema } from '../contract/schemas.js';
import type { Mount } from '../route.js';
import { runIdFromPath } from '../run-id.js';
import { noInputSchema, terminateSchema } from '../run-requests.js';
import { pathOfPage, runETag, toRunResource } from '../run-resource.js';

const ended = completedRun('greet', { name: 'Ada' }, { greeting: 'Good morning, Ada!' });
const open = pendingRun('approval', { subject: 'Lunch', deadline: '1 hour' });

export const listRuns = operation({
  method: 'get',
  path: '/v1/runs',
  tag: 'runs',
  scope: 'runs:read',
  query: {
    workflow: workflowParameter,
    status: statusParameter,
    caller: callerParameter,
    createdFrom: createdFromParameter,
    createdBefore: createdBeforeParameter,
    limit: limitParameter,
    cursor: cursorParameter,
  },
  describe: () => [
    {
      id: 'listRuns',
      summary: 'List runs',
      details:
        'Returns the newest runs first. Callers see their own runs; the scope `runs:admin` shows the runs of all callers.',
      answers: {
        200: json('A page of runs.', runPageSchema, {
          runs: [ended, failedRun('greet', { name: 'Grace' })],
          next: ended.id,
          links: { next: `/v1/runs?limit=2&cursor=${ended.id}` },
        }),
      },
      problems: [],
    },
  ],
});

export const getRun = operation({
  method: 'get',
  path: '/v1/runs/{id}',
  tag: 'runs',
  scope: 'runs:read',
  query: {},
  headers: ifNoneMatch,
  describe: () => [
    {
      id: 'getRun',
      summary: 'Get a run',
      details:
        'The API records the end of a run within about a second. Poll with `If-None-Match`: unchanged runs answer 304 without a body.',
      answers: {
        200: json('The run.', runSchema, ended, { headers: ['ETag'] }),
        304: { description: 'The run has not changed.', headers: ['ETag'] },
      },
      problems: ['run-not-found'],
    },
  ],
});

export const getRunHistory = operation({
  method: 'get',
  path: '/v1/runs/{id}/history',
  tag: 'runs',
  scope: 'runs:read',
  query: {},
  describe: () => [
    {
      id: 'getRunHistory',
      summary: "Get a run's history",
      details:
        'Returns the activities with their attempts, the timers and the messages that Temporal recorded. Available as long as Temporal keeps the history.',
      answers: { 200: json('The steps of the run.', runHistorySchema, historyExample) },
      problems: ['run-not-found', 'history-not-found', ...temporalProblems],
    },
  ],
});

export const cancelRun = operation({
  method: 'post',
  path: '/v1/runs/{id}/cancel',
  tag: 'runs',
  scope: 'runs:write',
  query: {},
  body: noInputSchema,
  describe: () => [
    {
      id: 'cancelRun',
      summary: 'Cancel a run',
      details:
        'Requests cancellation; the workflow can clean up before it ends. A `pending` run ends immediately and never starts. Repeating the ' +
        'request has no effect.',
      body: { example: {} },
      answers: { 202: json('Cancellation requested.', runSchema, open) },
      problems: ['run-not-found', 'run-ended', 'run-pending', ...temporalProblems],
    },
  ],
});

export const terminateRun = operation({
  method: 'post',
  path: '/v1/runs/{id}/terminate',
  tag: 'runs',
  scope: 'runs:write',
  query: {},
  body: terminateSchema,
  describe: () => [
    {
      id: 'terminateRun',
      summary: 'Terminate a run',
      details: 'Ends the run immediately; the workflow cannot clean up.',
      body: { example: { reason: 'No longer needed' } },
      answers: { 202: json('Termination requested.', runSchema, open) },
      problems: ['run-not-found', 'run-ended', 'run-pending', ...temporalProblems],
    },
  ],
});

/** `GET /v1/runs`, `GET /v1/runs/{id}`, `GET …/history`, `POST …/cancel` and `POST …/terminate`. */
export function runRoutes(mount: Mount, runs: Runs): void {
  mount(listRuns, async (ctx, { query }) => {
    const page = await runs.list(ctx.state.caller, query);
    const next = page.next ?? null;
    ctx.body = {
      runs: page.runs.map(toRunResource),
      next,
      links: next === null ? {} : { next: pathOfPage(query, next) },
    };
  });

  mount(getRun, async (ctx) => {
    const run = await runs.get(ctx.state.caller, runIdFromPath(ctx));
    ctx.set('Cache-Control', 'private, no-cache');
    answerVersion(ctx, runETag(run), () => toRunResource(run));
  });

  mount(getRunHistory, async (ctx) => {
    ctx.body = await runs.history(ctx.state.caller, runIdFromPath(ctx));
  });

  mount(cancelRun, async (ctx) => {
    ctx.body = toRunResource(await runs.cancel(ctx.state.caller, runIdFromPath(ctx)));
    ctx.status = 202;
  });

  mount(terminateRun, async (ctx, { input }) => {
    const { reason } = input as FromSchema<typeof terminateSchema>;
    ctx.body = toRunResource(await runs.terminate(ctx.state.caller, runIdFromPath(ctx), reason));
    ctx.status = 202;
  });
}
