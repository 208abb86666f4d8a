import { type Calls, dataOf, keyHeader } from './calls.js';
import type { CallOptions } from './deadline.js';
import { runEvents } from './events.js';
import { resultOf } from './run-end.js';
import type {
  InputAndOptions,
  OutputOf,
  QueryName,
  QueryOutput,
  RunHistory,
  RunOf,
  SignalInput,
  SignalName,
  UpdateInput,
  UpdateName,
  UpdateOutput,
  WorkflowName,
} from './workflows.js';

/** What calls take that do something once however often they are sent. */
export interface KeyedOptions extends CallOptions {
  /** Names what is asked for: sent again, by whomever of the same caller, it is not done again. @default - a new one for each call */
  readonly idempotencyKey?: string | undefined;
}

/**
 * One run of the workflow `W`. Everything asks the API, and all throw {ApiProblem} for what it refuses, {DeadlineExceeded},
 * {ConnectionFailed} and {UnexpectedAnswer}.
 */
export interface RunHandle<W extends WorkflowName> {
  readonly id: string;
  /** The run as it is now. */
  run(options?: CallOptions): Promise<RunOf<W>>;
  /**
   * Waits until the run has ended, and gives what it came to.
   * @throws {RunUnsuccessful} it has ended without a result
   */
  result(options?: CallOptions): Promise<OutputOf<W>>;
  /** Sends a signal; it is not sent again when nobody knows whether it has arrived. */
  signal<N extends SignalName<W>>(name: N, ...rest: InputAndOptions<SignalInput<W, N>, CallOptions>): Promise<void>;
  query<N extends QueryName<W>>(name: N, options?: CallOptions): Promise<QueryOutput<W, N>>;
  /** Sends an update and waits for its result. */
  update<N extends UpdateName<W>>(
    name: N,
    ...rest: InputAndOptions<UpdateInput<W, N>, KeyedOptions>
  ): Promise<UpdateOutput<W, N>>;
  /** Asks the run to end; it may take its time. */
  cancel(options?: CallOptions): Promise<RunOf<W>>;
  /** Ends the run without asking it. */
  terminate(reason?: string, options?: CallOptions): Promise<RunOf<W>>;
  /** What the run has done so far. */
  history(options?: CallOptions): Promise<RunHistory>;
  /**
   * The run as it is, and again each time it has changed, up to its end. A stream that breaks is resumed; `timeoutMs` is how long it may
   * take to open it each time.
   */
  events(options?: CallOptions): AsyncIterable<RunOf<W>>;
}

export function createRunHandle<W extends WorkflowName>(calls: Calls, id: string): RunHandle<W> {
  const { api, call } = calls;
  const path = { id };
  const messagePath = (kind: string, name: string) => `/v1/runs/{id}/${kind}/${encodeURIComponent(name)}`;

  const post = (to: string, options: KeyedOptions | undefined, body: unknown) =>
    call(options, async ({ fetch }) => {
      const init = { params: { path }, headers: keyHeader(options?.idempotencyKey), body: body as never, fetch };
      // all of these take the run's id and a body; the handle's own types say of what form
      return dataOf<unknown>(await api.POST(to as '/v1/runs/{id}/cancel', init));
    });

  return {
    id,
    run: (options) =>
      call(
        options,
        async ({ fetch }) => dataOf(await api.GET('/v1/runs/{id}', { params: { path }, fetch })) as RunOf<W>,
      ),
    result: (options) => call(options, (one) => resultOf(calls, id, one) as Promise<OutputOf<W>>),
    async signal(name, ...[input, options]) {
      await post(messagePath('signals', name), options, input ?? {});
    },
    query: (name, options) =>
      call(options, async ({ fetch }) => {
        const to = messagePath('queries', name) as '/v1/runs/{id}/history';
        const answer: unknown = dataOf(await api.GET(to, { params: { path }, fetch }));
        return (answer as { readonly result: QueryOutput<W, typeof name> }).result;
      }),
    async update(name, ...[input, options]) {
      const answer = await post(messagePath('updates', name), options, input ?? {});
      return (answer as { readonly result: UpdateOutput<W, typeof name> }).result;
    },
    cancel: (options) => post('/v1/runs/{id}/cancel', options, {}) as Promise<RunOf<W>>,
    terminate: (reason, options) =>
      post('/v1/runs/{id}/terminate', options, reason === undefined ? {} : { reason }) as Promise<RunOf<W>>,
    history: (options) =>
      call(options, async ({ fetch }) => dataOf(await api.GET('/v1/runs/{id}/history', { params: { path }, fetch }))),
    events: (options) => ({
      [Symbol.asyncIterator]: () =>
        runEvents<RunOf<W>>({ open: (last) => openEvents(last, options), signal: options?.signal }),
    }),
  };

  function openEvents(lastEventId: string | undefined, options: CallOptions | undefined) {
    return call(options, async ({ fetch }) => {
      const header = lastEventId === undefined ? {} : { 'Last-Event-ID': lastEventId };
      const init = {
        params: { path, header },
        headers: { Accept: 'text/event-stream' },
        parseAs: 'stream',
        fetch,
      } as const;
      return dataOf(await api.GET('/v1/runs/{id}/events', init)) ?? undefined;
    });
  }
}
