import createApi, { type Client as Api, type Middleware } from 'openapi-fetch';
import { type CallOptions, type Deadline, within } from './deadline.js';
import { errorOf } from './errors.js';
import { amountOf, quotedKey } from './given.js';
import { createSend, type Fetch } from './retry.js';
import type { paths } from './schema.js';

export interface CallsProps {
  readonly baseUrl: string;
  readonly apiKey: string | undefined;
  readonly timeoutMs: number;
  readonly retries: number;
  readonly fetch: Fetch;
}

/** What a call of the handy level does its requests with. */
export interface Call {
  readonly deadline: Deadline;
  /** To be given to each request of the call: they share its deadline. */
  readonly fetch: Fetch;
}

export interface Calls {
  /** Every operation of the contract; each request has a deadline of its own. */
  readonly api: Api<paths>;
  /** Does the requests of one call. */
  call<T>(options: CallOptions | undefined, work: (call: Call) => Promise<T>): Promise<T>;
}

export function createCalls({ baseUrl, apiKey, timeoutMs, retries, fetch }: CallsProps): Calls {
  const send = createSend({ fetch, retries });
  const api = createApi<paths>({
    baseUrl,
    headers: apiKey === undefined ? {} : { Authorization: `Bearer ${apiKey}` },
    // the API takes several statuses in one parameter, separated by commas
    querySerializer: { array: { style: 'form', explode: false } },
    fetch: (request) => within(timeoutMs, request.signal, (deadline) => send(request, deadline)),
  });
  api.use(withIdempotencyKey);
  return {
    api,
    call: async (options, work) =>
      within(amountOf('timeoutMs', options?.timeoutMs ?? timeoutMs), options?.signal, (deadline) =>
        work({ deadline, fetch: (request) => send(request, deadline) }),
      ),
  };
}

/** What is made once however often it is sent: it is given its key before the first attempt. */
const takesKey = /^\/v1\/(?:workflows\/[^/]+\/(?:start|execute)|runs\/\{id\}\/updates\/[^/]+)$/;
const withIdempotencyKey: Middleware = {
  onRequest({ request, schemaPath }) {
    if (request.method !== 'POST' || !takesKey.test(schemaPath) || request.headers.has('idempotency-key')) return;
    request.headers.set('Idempotency-Key', quotedKey(randomKey()));
  },
};

/** Not `randomUUID`, which browsers have on pages of https only. */
const randomKey = (): string =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');

export const keyHeader = (key: string | undefined): { readonly 'Idempotency-Key'?: string } =>
  key === undefined ? {} : { 'Idempotency-Key': quotedKey(key) };

/** An answer as openapi-fetch gives it. */
export interface Answer<T> {
  readonly data?: T;
  readonly error?: unknown;
  readonly response: Response;
}

/**
 * What a successful answer holds.
 * @throws {ApiProblem | RunUnsuccessful | UnexpectedAnswer}
 */
export function dataOf<T>({ data, error, response }: Answer<T>): T {
  if (!response.ok) throw errorOf(response, error);
  return data as T;
}
