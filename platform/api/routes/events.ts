import { isFinal, type Run } from '../../runs/run.js';
import type { RunFeed } from '../../runs/run-feed.js';
import type { Runs } from '../../runs/runs.js';
import type { RouteContext } from '../context.js';
import { completedRun } from '../contract/examples.js';
import { operation } from '../contract/operation.js';
import { ParametersInvalid } from '../contract/parameters.js';
import { type EventStreams, eventStreamHeaders } from '../event-streams.js';
import type { Mount } from '../route.js';
import { runIdFromPath } from '../run-id.js';
import { toRunResource } from '../run-resource.js';

const example = completedRun('greet', { name: 'Ada' }, { greeting: 'Good morning, Ada!' });

/** The version of the run that an event told; a client that comes back names the last one. */
const lastEventIdSchema = { type: 'string', pattern: '^[0-9]{1,9}$', examples: ['1'] } as const;
const lastEventIdPattern = new RegExp(lastEventIdSchema.pattern);

export const streamRun = operation({
  method: 'get',
  path: '/v1/runs/{id}/events',
  tag: 'runs',
  scope: 'runs:read',
  query: {},
  headers: {
    'Last-Event-ID': {
      description: 'The `id` of the last event that was seen: what came before is not sent again',
      schema: lastEventIdSchema,
    },
  },
  describe: () => [
    {
      id: 'streamRun',
      summary: "Stream a run's changes as server-sent events",
      details:
        'Each event is called `run`; its data is the run as `GET /v1/runs/{id}` gives it, its id the version of it. First comes the state of now, ' +
        'then each that follows; states that a run only passes through may be left out. The stream ends after the final one. It also ends ' +
        'after half an hour: come back with `Last-Event-ID`.',
      answers: {
        200: {
          description: 'The stream',
          content: {
            type: 'text/event-stream',
            schema: { type: 'string' },
            example: `retry: 1000\n\nid: 2\nevent: run\ndata: ${JSON.stringify(example)}\n\n`,
          },
        },
        204: {
          description: 'The run has ended, and the caller knows its last state: there is nothing to come back for',
        },
      },
      problems: ['run-not-found', 'streams-full'],
    },
  ],
});

export interface EventRoutesDeps {
  readonly runs: Runs;
  readonly feed: Pick<RunFeed, 'follow'>;
  readonly streams: EventStreams;
}

/** `GET /v1/runs/{id}/events`. */
export function eventRoutes(mount: Mount, { runs, feed, streams }: EventRoutesDeps): void {
  mount(streamRun, async (ctx) => {
    const known = lastEventId(ctx);
    const run = await runs.get(ctx.state.caller, runIdFromPath(ctx));
    if (isFinal(run.status) && known >= run.version) {
      ctx.status = 204;
      return;
    }
    if (ctx.method === 'HEAD') {
      ctx.status = 200;
      ctx.set(eventStreamHeaders);
      return;
    }
    let hasEnded = false;
    let unfollow = () => {};
    const stream = streams.open(ctx.res, ctx.state.caller.name, () => {
      hasEnded = true;
      unfollow();
    });
    // From here on the answer is the stream's; Koa has no part in it.
    ctx.respond = false;
    const tell = (state: Run) => {
      stream.send({ id: String(state.version), event: 'run', data: toRunResource(state) });
      if (isFinal(state.status)) stream.end();
    };
    if (run.version > known) tell(run);
    if (!isFinal(run.status) && !hasEnded) unfollow = feed.follow(run, tell);
  });
}

/** @throws {ParametersInvalid} */
function lastEventId(ctx: RouteContext): number {
  const given = ctx.req.headers['last-event-id'];
  if (given === undefined) return -1;
  if (typeof given !== 'string' || !lastEventIdPattern.test(given)) {
    throw new ParametersInvalid([{ parameter: 'Last-Event-ID', detail: 'must be the id of an earlier event' }]);
  }
  return Number(given);
}
