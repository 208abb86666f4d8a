import type { ServerResponse } from 'node:http';
import { isFinal } from '../../runs/run.js';
import { isUnsuccessful, RunUnsuccessful } from '../../runs/run-unsuccessful.js';
import type { RequestedStart, Runs } from '../../runs/runs.js';
import type { WorkflowDefinition } from '../../workflows/define.js';
import { exampleOf } from '../contract/example.js';
import { completedRun, pendingRun } from '../contract/examples.js';
import { type Description, json, operation, pascalCase } from '../contract/operation.js';
import { ParametersInvalid, type Values } from '../contract/parameters.js';
import { temporalProblems } from '../contract/problem-answers.js';
import { startAtParameter, startDelayParameter, waitParameter } from '../contract/run-parameters.js';
import type { Schema } from '../contract/schema.js';
import { runSchemaOf } from '../contract/workflow-schemas.js';
import type { ProblemCode } from '../problem-types.js';
import type { Mount } from '../route.js';
import { toRunResource } from '../run-resource.js';

const describe = (
  definition: WorkflowDefinition,
  verb: 'start' | 'execute',
  rest: Pick<Description, 'summary' | 'details' | 'answers'>,
  problems: readonly ProblemCode[] = [],
): Description<ProblemCode> => ({
  path: `/v1/workflows/${definition.name}/${verb}`,
  id: `${verb}${pascalCase(definition.name)}`,
  body: { schema: definition.input as Schema, example: exampleOf(definition.input as Schema) },
  problems: ['data-rejected', 'backlog-full', ...problems],
  ...rest,
});

/** Ids of the operations on a run of this workflow. */
const linksOf = ({ signals, queries, updates }: WorkflowDefinition): readonly string[] => [
  ...['getRun', 'getRunHistory', 'cancelRun', 'terminateRun'],
  ...Object.keys(signals).map((name) => `signal${pascalCase(name)}`),
  ...Object.keys(queries).map((name) => `query${pascalCase(name)}`),
  ...Object.keys(updates).map((name) => `update${pascalCase(name)}`),
];

const startQuery = { startAt: startAtParameter, startDelay: startDelayParameter };

export const startRun = operation({
  method: 'post',
  path: '/v1/workflows/{name}/start',
  tag: 'runs',
  scope: 'runs:write',
  query: startQuery,
  body: 'checked-by-definition',
  takesKey: true,
  describe: (catalogue) =>
    [...catalogue.values()].map((definition) => {
      const example = pendingRun(definition.name, exampleOf(definition.input as Schema));
      return describe(definition, 'start', {
        summary: `Start ${definition.name}: ${definition.summary}`,
        details:
          'Answers as soon as the run is recorded. The workflow then starts even if processes crash. ' +
          'Requests with the same `Idempotency-Key` return the same run.',
        answers: {
          202: json('The run is accepted.', runSchemaOf(definition), example, {
            headers: ['Location'],
            links: linksOf(definition),
          }),
        },
      });
    }),
});

export const executeRun = operation({
  method: 'post',
  path: '/v1/workflows/{name}/execute',
  tag: 'runs',
  scope: 'runs:write',
  query: { wait: waitParameter },
  body: 'checked-by-definition',
  takesKey: true,
  describe: (catalogue) =>
    [...catalogue.values()].map((definition) => {
      const input = exampleOf(definition.input as Schema);
      const result = exampleOf(definition.output as Schema);
      const run = runSchemaOf(definition);
      return describe(
        definition,
        'execute',
        {
          summary: `Start ${definition.name} and wait for its result: ${definition.summary}`,
          details:
            'If the wait ends first, the run continues and the answer is 202 with its `Location`. If the run ends without a result, the ' +
            'answer is a 422 problem with the run. Requests with the same `Idempotency-Key` return the same run.',
          answers: {
            200: json('The run completed.', run, completedRun(definition.name, input, result), {
              headers: ['Location'],
              links: linksOf(definition),
            }),
            202: json('The run has not ended yet.', run, pendingRun(definition.name, input), {
              headers: ['Location'],
              links: linksOf(definition),
            }),
          },
        },
        ['run-failed', 'run-cancelled', 'run-terminated', 'run-timed-out', 'run-lost', ...temporalProblems],
      );
    }),
});

/** `POST /v1/workflows/{name}/start` and `…/execute`. */
export function startRoutes(mount: Mount, runs: Runs, stopping: AbortSignal): void {
  mount(startRun, async (ctx, { query, input, key }) => {
    const name = ctx.params['name'] ?? '';
    const run = toRunResource(await runs.start(ctx.state.caller, name, input, key, requestedStart(query)));
    ctx.status = 202;
    ctx.set('Location', run.links.self);
    ctx.body = run;
  });

  mount(executeRun, async (ctx, { query, input, key }) => {
    const wait = { ms: query.wait, signal: whileWaitedFor(ctx.res, stopping) };
    const run = await runs.execute(ctx.state.caller, ctx.params['name'] ?? '', input, wait, key);
    const resource = toRunResource(run);
    ctx.set('Location', resource.links.self);
    if (isUnsuccessful(run)) throw new RunUnsuccessful(run);
    ctx.status = isFinal(run.status) ? 200 : 202;
    ctx.body = resource;
  });
}

function requestedStart({ startAt, startDelay }: Values<typeof startQuery>): RequestedStart | undefined {
  if (startAt === undefined) return startDelay === undefined ? undefined : { afterMs: startDelay };
  if (startDelay === undefined) return { at: startAt };
  throw new ParametersInvalid([{ parameter: 'startDelay', detail: 'cannot be combined with startAt' }]);
}

/** Aborts when the caller disconnects or the process shuts down. The run continues. */
function whileWaitedFor(response: ServerResponse, stopping: AbortSignal): AbortSignal {
  const wait = new AbortController();
  // By default, the reason is an error with a stack, for each request.
  const end = () => wait.abort('the wait has ended');
  response.once('close', end);
  stopping.addEventListener('abort', end, { once: true, signal: wait.signal });
  if (stopping.aborted || response.destroyed) end();
  return wait.signal;
}
