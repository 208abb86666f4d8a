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

/** An event's id is the version of the run. A client that reconnects sends the last one it received. */
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
      description: 'The `id` of the last event that the client received. The stream sends later events only.',
      schema: lastEventIdSchema,
    },
  },
  describe: () => [
    {
      id: 'streamRun',
      summary: "Stream a run's changes as server-sent events",
      details:
        'Sends the current state of the run, then each change, and ends after the final state. Each event has the type `run`, the run as in ' +
        '`GET /v1/runs/{id}` as its data, and the version of the run as its id. Short-lived states can be missing. The stream also ends after ' +
        '30 minutes: reconnect with `Last-Event-ID`.',
      answers: {
        200: {
          description: 'The event stream.',
          content: {
            type: 'text/event-stream',
            schema: { type: 'string' },
            example: `retry: 1000\n\nid: 2\nevent: run\ndata: ${JSON.stringify(example)}\n\n`,
          },
        },
        204: { description: 'The run has ended and the client has its final state. Do not reconnect.' },
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
    // The stream writes the response from here on, not Koa.
    ctx.respond = false;
    const send = (state: Run) => {
      stream.send({ id: String(state.version), event: 'run', data: toRunResource(state) });
      if (isFinal(state.status)) stream.end();
    };
    if (run.version > known) send(run);
    if (!isFinal(run.status) && !hasEnded) unfollow = feed.follow(run, send);
  });
}

/** @throws {ParametersInvalid} */
function lastEventId(ctx: RouteContext): number {
  const given = ctx.req.headers['last-event-id'];
  if (given === undefined) return -1;
  if (typeof given !== 'string' || !lastEventIdPattern.test(given)) {
    throw new ParametersInvalid([{ parameter: 'Last-Event-ID', detail: 'must be the id of an event' }]);
  }
  return Number(given);
}
