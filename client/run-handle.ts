import type { CallOptions } from './deadline.js';
import { runEvents } from './events.js';
import { waitForResult } from './run-result.js';
import { dataOf, keyHeader, type Transport } from './transport.js';
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

/** Options of calls that the API deduplicates. */
export interface KeyedOptions extends CallOptions {
  /**
   * Requests of one caller with the same key and content take effect once. Set it if your program may repeat the call after a restart.
   * @default - a random key per call, shared by its retries
   */
  readonly idempotencyKey?: string | undefined;
}

/**
 * One run of the workflow `W`. Each method sends a request; all throw {ApiProblem} when the API rejects it, {DeadlineExceeded},
 * {ConnectionFailed} and {UnexpectedResponse}.
 */
export interface RunHandle<W extends WorkflowName> {
  readonly id: string;
  /** The current state of the run. */
  run(options?: CallOptions): Promise<RunOf<W>>;
  /** Waits until the run ends, and returns its result. @throws {RunUnsuccessful} the run ended without a result */
  result(options?: CallOptions): Promise<OutputOf<W>>;
  /** Sends a signal. Does not retry when the signal may have arrived: a signal has no idempotency key. */
  signal<N extends SignalName<W>>(name: N, ...rest: InputAndOptions<SignalInput<W, N>, CallOptions>): Promise<void>;
  query<N extends QueryName<W>>(name: N, options?: CallOptions): Promise<QueryOutput<W, N>>;
  /** Sends an update and waits for its result. */
  update<N extends UpdateName<W>>(
    name: N,
    ...rest: InputAndOptions<UpdateInput<W, N>, KeyedOptions>
  ): Promise<UpdateOutput<W, N>>;
  /** Requests cancellation. The workflow may clean up first, so that the run can still be running when this resolves. */
  cancel(options?: CallOptions): Promise<RunOf<W>>;
  /** Ends the run at once, without cleanup. */
  terminate(reason?: string, options?: CallOptions): Promise<RunOf<W>>;
  /** The steps of the run so far. */
  history(options?: CallOptions): Promise<RunHistory>;
  /**
   * Yields the current state of the run, and each later one up to its end. Resumes a broken stream; `timeoutMs` limits each opening of
   * the stream, not the stream.
   */
  events(options?: CallOptions): AsyncIterable<RunOf<W>>;
}

export function createRunHandle<W extends WorkflowName>(transport: Transport, id: string): RunHandle<W> {
  const { api, call } = transport;
  const path = { id };
  const messagePath = (kind: string, name: string) => `/v1/runs/{id}/${kind}/${encodeURIComponent(name)}`;

  const post = (to: string, options: KeyedOptions | undefined, body: unknown) =>
    call(options, async ({ fetch }) => {
      const init = { params: { path }, headers: keyHeader(options?.idempotencyKey), body: body as never, fetch };
      // All these paths take the run's id and a body, whose type `RunHandle` declares.
      return dataOf<unknown>(await api.POST(to as '/v1/runs/{id}/cancel', init));
    });

  return {
    id,
    run: (options) =>
      call(
        options,
        async ({ fetch }) => dataOf(await api.GET('/v1/runs/{id}', { params: { path }, fetch })) as RunOf<W>,
      ),
    result: (options) => call(options, (current) => waitForResult(transport, id, current) as Promise<OutputOf<W>>),
    async signal(name, ...[input, options]) {
      await post(messagePath('signals', name), options, input ?? {});
    },
    query: (name, options) =>
      call(options, async ({ fetch }) => {
        const to = messagePath('queries', name) as '/v1/runs/{id}/history';
        const data: unknown = dataOf(await api.GET(to, { params: { path }, fetch }));
        return (data as { readonly result: QueryOutput<W, typeof name> }).result;
      }),
    async update(name, ...[input, options]) {
      const data = await post(messagePath('updates', name), options, input ?? {});
      return (data as { readonly result: UpdateOutput<W, typeof name> }).result;
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
