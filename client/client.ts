/**
 * Typed client of the API, for Node.js and browsers. To use it in another project, copy this folder: apart from its tests, it imports
 * only `openapi-fetch`, `eventsource-parser` and its own files. `schema.ts` is generated from `docs/openapi.json`.
 */
import type { Client as Api } from 'openapi-fetch';
import type { CallOptions } from './deadline.js';
import { createRunHandle, type KeyedOptions, type RunHandle } from './run-handle.js';
import { resultOf, waitForResult } from './run-result.js';
import type { paths } from './schema.js';
import { type ClientProps, createTransport, dataOf, keyHeader, type Transport } from './transport.js';
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
  UnexpectedResponse,
} from './errors.js';
export type { KeyedOptions, RunHandle } from './run-handle.js';
export type { components, operations, paths } from './schema.js';
export type { ClientProps } from './transport.js';
export type { InputOf, OutputOf, Run, RunFilter, RunHistory, RunOf, WorkflowName } from './workflows.js';

export interface StartOptions extends KeyedOptions {
  /** Starts the run at this time, at most a year ahead. @default - at once */
  readonly startAt?: Date | undefined;
  /** Starts the run after this time, such as `30s`, `15m`, `12h` or `7d`. Not together with `startAt`. @default - at once */
  readonly startDelay?: string | undefined;
}

export interface ExecuteOptions extends KeyedOptions {
  /**
   * How long the API may hold each response while the run continues, up to `60s`. The client polls until `timeoutMs` have passed.
   * @default - half of `timeoutMs`, at most 10 s
   */
  readonly wait?: string | undefined;
}

/**
 * Methods throw {ApiProblem} when the API rejects a request, {DeadlineExceeded}, {ConnectionFailed}, {UnexpectedResponse}, and
 * {TypeError} for an invalid option.
 */
export interface Client {
  /** Every operation of the API, typed. Retries like the methods below, but returns problems in `error` instead of throwing them. */
  readonly api: Api<paths>;
  /** Starts a run. The API has stored the run when this resolves, so that it survives crashes; it may not have started yet. */
  start<W extends WorkflowName>(workflow: W, ...rest: InputAndOptions<InputOf<W>, StartOptions>): Promise<RunHandle<W>>;
  /**
   * Starts a run and waits for its result.
   * @throws {RunUnsuccessful} the run ended without a result
   * @throws {DeadlineExceeded} the run did not end in time and continues; `runId` identifies it
   */
  execute<W extends WorkflowName>(
    workflow: W,
    ...rest: InputAndOptions<InputOf<W>, ExecuteOptions>
  ): Promise<OutputOf<W>>;
  /** A handle of an existing run. Sends no request, and does not check that the run belongs to `workflow`. */
  run<W extends WorkflowName>(workflow: W, id: string): RunHandle<W>;
  /** Lists the runs that the caller may see, newest first, across pages. `timeoutMs` applies to each page. */
  runs(filter?: RunFilter, options?: CallOptions): AsyncIterable<Run>;
}

const maxWaitMs = 10_000;

/** @throws {TypeError} a property is invalid, such as a `baseUrl` without `http://` */
export function createClient(props: ClientProps): Client {
  const transport = createTransport(props);
  return {
    api: transport.api,
    start: (workflow, ...[input, options]) => start(transport, workflow, input, options),
    execute: (workflow, ...[input, options]) => execute(transport, workflow, input, options),
    run: (_workflow, id) => createRunHandle(transport, id),
    runs: (filter = {}, options) => ({ [Symbol.asyncIterator]: () => runsIn(transport, filter, options) }),
  };
}

/** The methods above have their own types. For openapi-fetch, a path built at run time is that of any workflow. */
type StartPath = Extract<keyof paths, `/v1/workflows/${string}/start`>;
type ExecutePath = Extract<keyof paths, `/v1/workflows/${string}/execute`>;

const workflowPath = (name: string) => `/v1/workflows/${encodeURIComponent(name)}`;

/** Workflows without input receive `{}`. */
const bodyOf = (input: unknown) => (input ?? {}) as never;

function start<W extends WorkflowName>(transport: Transport, workflow: W, input: unknown, options?: StartOptions) {
  return transport.call(options, async ({ fetch }) => {
    const path = `${workflowPath(workflow)}/start` as StartPath;
    const { startAt, startDelay } = options ?? {};
    const query = {
      ...(startAt !== undefined && { startAt: startAt.toISOString() }),
      ...(startDelay !== undefined && { startDelay }),
    };
    const params = { query, header: keyHeader(options?.idempotencyKey) };
    const { id } = dataOf<Pick<Run, 'id'>>(await transport.api.POST(path, { params, body: bodyOf(input), fetch }));
    return createRunHandle<W>(transport, id);
  });
}

function execute<W extends WorkflowName>(transport: Transport, workflow: W, input: unknown, options?: ExecuteOptions) {
  return transport.call(options, async (call) => {
    const path = `${workflowPath(workflow)}/execute` as ExecutePath;
    const wait = options?.wait ?? `${Math.floor(Math.min(call.deadline.remainingMs() / 2, maxWaitMs))}ms`;
    const params = { query: { wait }, header: keyHeader(options?.idempotencyKey) };
    const run = dataOf<Run>(await transport.api.POST(path, { params, body: bodyOf(input), fetch: call.fetch }));
    if (hasEnded(run)) return resultOf(run) as OutputOf<W>;
    call.deadline.record(`run ${run.id} is ${run.status}`, { runId: run.id });
    return (await waitForResult(transport, run.id, call)) as OutputOf<W>;
  });
}

async function* runsIn(
  { api, call }: Transport,
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
