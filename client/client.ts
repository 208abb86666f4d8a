import type { Client as Api } from 'openapi-fetch';
import { type Calls, createCalls, dataOf, keyHeader } from './calls.js';
import type { CallOptions } from './deadline.js';
import { amountOf, apiKeyOf, baseUrlOf } from './given.js';
import { resultIn, resultOf } from './run-end.js';
import { createRunHandle, type KeyedOptions, type RunHandle } from './run-handle.js';
import type { paths } from './schema.js';
import {
  hasEnded,
  type InputAndOptions,
  type InputOf,
  type OutputOf,
  type Run,
  type RunFilter,
  type WorkflowName,
} from './workflows.js';

export type { CallOptions } from './deadline.js';
export {
  ApiProblem,
  ConnectionFailed,
  DeadlineExceeded,
  type ProblemCode,
  RunUnsuccessful,
  UnexpectedAnswer,
} from './errors.js';
export type { KeyedOptions, RunHandle } from './run-handle.js';
export type { components, operations, paths } from './schema.js';
export type { InputOf, OutputOf, Run, RunFilter, RunHistory, RunOf, WorkflowName } from './workflows.js';

export interface ClientProps {
  /** Where the API is, such as `https://atlas.example.org`, with a path if it stands below one. */
  readonly baseUrl: string;
  /** @default - none: for an API that asks for none */
  readonly apiKey?: string | undefined;
  /** How long a call may take with all its attempts and waits, in milliseconds. @default 30000 */
  readonly timeoutMs?: number | undefined;
  /** How often a request is sent again at most, where that is safe and may help. @default 10 */
  readonly retries?: number | undefined;
  /** What requests are sent with. @default - the platform's own */
  readonly fetch?: ((request: Request) => Promise<Response>) | undefined;
}

export interface ExecuteOptions extends KeyedOptions {
  /**
   * How long one answer may wait for the end of the run, up to `60s`; it is asked for again until `timeoutMs` are over.
   * @default - half of `timeoutMs`, 10 s at most
   */
  readonly wait?: string | undefined;
}

export interface Client {
  /** Every operation of the contract, typed. It retries like everything here, and answers problems instead of throwing them. */
  readonly api: Api<paths>;
  /** Starts a run: it is recorded, and will run whatever dies. */
  start<W extends WorkflowName>(workflow: W, ...rest: InputAndOptions<InputOf<W>, KeyedOptions>): Promise<RunHandle<W>>;
  /**
   * Starts a run and waits for what it comes to.
   * @throws {RunUnsuccessful} it has ended without a result
   * @throws {DeadlineExceeded} it has not ended in time, and goes on; `runId` says which
   */
  execute<W extends WorkflowName>(
    workflow: W,
    ...rest: InputAndOptions<InputOf<W>, ExecuteOptions>
  ): Promise<OutputOf<W>>;
  /** A run that there is already. Asks nothing, and takes the caller's word for whose run it is. */
  run<W extends WorkflowName>(workflow: W, id: string): RunHandle<W>;
  /** All runs that the caller may see, newest first, page after page; `timeoutMs` is for each page. */
  runs(filter?: RunFilter, options?: CallOptions): AsyncIterable<Run>;
}

const defaults = { timeoutMs: 30_000, retries: 10, longestWaitMs: 10_000 };

/** @throws {TypeError} a property cannot be used, such as a `baseUrl` without `http://` */
export function createClient({ baseUrl, apiKey, timeoutMs, retries, fetch }: ClientProps): Client {
  const calls = createCalls({
    baseUrl: baseUrlOf(baseUrl),
    apiKey: apiKeyOf(apiKey),
    timeoutMs: amountOf('timeoutMs', timeoutMs ?? defaults.timeoutMs),
    retries: amountOf('retries', retries ?? defaults.retries),
    // looked up at each request, so that what wraps it later is used, and called as browsers want it: of nothing
    fetch: fetch ?? ((request) => globalThis.fetch(request)),
  });

  return {
    api: calls.api,
    start: (workflow, ...[input, options]) => start(calls, workflow, input, options),
    execute: (workflow, ...[input, options]) => execute(calls, workflow, input, options),
    run: (_workflow, id) => createRunHandle(calls, id),
    runs: (filter = {}, options) => ({ [Symbol.asyncIterator]: () => pagesOf(calls, filter, options) }),
  };
}

/** Paths are put together here, and the handy level has types of its own: to openapi-fetch they are those of any workflow. */
type StartPath = Extract<keyof paths, `/v1/workflows/${string}/start`>;
type ExecutePath = Extract<keyof paths, `/v1/workflows/${string}/execute`>;

const workflowPath = (name: string) => `/v1/workflows/${encodeURIComponent(name)}`;

/** Nothing is what a workflow takes that needs nothing. */
const bodyOf = (input: unknown) => (input ?? {}) as never;

function start<W extends WorkflowName>(calls: Calls, workflow: W, input: unknown, options?: KeyedOptions) {
  return calls.call(options, async ({ fetch }) => {
    const path = `${workflowPath(workflow)}/start` as StartPath;
    const params = { header: keyHeader(options?.idempotencyKey) };
    const { id } = dataOf<Pick<Run, 'id'>>(await calls.api.POST(path, { params, body: bodyOf(input), fetch }));
    return createRunHandle<W>(calls, id);
  });
}

function execute<W extends WorkflowName>(calls: Calls, workflow: W, input: unknown, options?: ExecuteOptions) {
  return calls.call(options, async (call) => {
    const path = `${workflowPath(workflow)}/execute` as ExecutePath;
    const wait = options?.wait ?? `${Math.floor(Math.min(call.deadline.remainingMs() / 2, defaults.longestWaitMs))}ms`;
    const params = { query: { wait }, header: keyHeader(options?.idempotencyKey) };
    const run = dataOf<Run>(await calls.api.POST(path, { params, body: bodyOf(input), fetch: call.fetch }));
    if (hasEnded(run)) return resultIn(run) as OutputOf<W>;
    call.deadline.note(`run ${run.id} is ${run.status}`, { runId: run.id });
    return (await resultOf(calls, run.id, call)) as OutputOf<W>;
  });
}

async function* pagesOf(
  { api, call }: Calls,
  filter: RunFilter,
  options?: CallOptions,
): AsyncGenerator<Run, void, void> {
  let cursor: string | undefined;
  do {
    const query = { ...filter, ...(cursor === undefined ? {} : { cursor }) };
    const page = await call(options, async ({ fetch }) =>
      dataOf(await api.GET('/v1/runs', { params: { query }, fetch })),
    );
    yield* page.runs;
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
}
