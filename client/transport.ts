import createApi, { type Client as Api, type Middleware } from 'openapi-fetch';
import { type CallOptions, type Deadline, withDeadline } from './deadline.js';
import { toError } from './errors.js';
import { parseAmount, parseApiKey, parseBaseUrl, quoteIdempotencyKey } from './options.js';
import { createSend, type Fetch } from './retry.js';
import type { paths } from './schema.js';

export interface ClientProps {
  /** URL of the API, such as `https://api.example.org`, with a path if a proxy serves the API below one. */
  readonly baseUrl: string;
  /** API key or token. A function is called for each request, because tokens expire. @default - requests carry none */
  readonly apiKey?: string | (() => string | Promise<string>) | undefined;
  /** Limits each call with its attempts and pauses, in milliseconds; `Infinity` for no limit. @default 30000 */
  readonly timeoutMs?: number | undefined;
  /** The most retries per request. Only transient failures of requests that are safe to repeat are retried. @default 10 */
  readonly retries?: number | undefined;
  /** Sends the requests. @default - `globalThis.fetch` */
  readonly fetch?: ((request: Request) => Promise<Response>) | undefined;
}

/** One call of the client, which may send several requests. */
export interface Call {
  readonly deadline: Deadline;
  /** Sends a request within the call's deadline: pass it to each request of the call. */
  readonly fetch: Fetch;
}

export interface Transport {
  /** Every operation of the API. Each request has its own deadline. */
  readonly api: Api<paths>;
  /** Runs `work`, whose requests share one deadline. */
  call<T>(options: CallOptions | undefined, work: (call: Call) => Promise<T>): Promise<T>;
}

/** @throws {TypeError} a property is invalid */
export function createTransport(props: ClientProps): Transport {
  const timeoutMs = parseAmount('timeoutMs', props.timeoutMs ?? 30_000);
  const send = createSend({
    retries: parseAmount('retries', props.retries ?? 10),
    // Looked up at each request to respect later wrapping. Browsers reject `fetch` as a method of another object.
    fetch: props.fetch ?? ((request) => globalThis.fetch(request)),
  });
  const api = createApi<paths>({
    baseUrl: parseBaseUrl(props.baseUrl),
    // The API expects several statuses in one parameter, separated by commas.
    querySerializer: { array: { style: 'form', explode: false } },
    fetch: (request) => withDeadline(timeoutMs, request.signal, (deadline) => send(request, deadline)),
  });
  api.use(authorization(props.apiKey), addIdempotencyKey);
  return {
    api,
    call: async (options, work) =>
      withDeadline(parseAmount('timeoutMs', options?.timeoutMs ?? timeoutMs), options?.signal, (deadline) =>
        work({ deadline, fetch: (request) => send(request, deadline) }),
      ),
  };
}

/** @throws {TypeError} the key is invalid */
function authorization(apiKey: ClientProps['apiKey']): Middleware {
  const fixed = typeof apiKey === 'function' ? undefined : parseApiKey(apiKey);
  return {
    async onRequest({ request }) {
      const key = typeof apiKey === 'function' ? parseApiKey(await apiKey()) : fixed;
      if (key !== undefined) request.headers.set('Authorization', `Bearer ${key}`);
    },
  };
}

/** Operations that the API deduplicates by `Idempotency-Key`. The key is set before the first attempt, so that all attempts share it. */
const deduplicated = /^\/v1\/(?:workflows\/[^/]+\/(?:start|execute)|runs\/\{id\}\/updates\/[^/]+)$/;
const addIdempotencyKey: Middleware = {
  onRequest({ request, schemaPath }) {
    if (request.method !== 'POST' || !deduplicated.test(schemaPath) || request.headers.has('idempotency-key')) return;
    request.headers.set('Idempotency-Key', quoteIdempotencyKey(randomKey()));
  },
};

/** Browsers offer `crypto.randomUUID` on https pages only. */
const randomKey = (): string =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');

export const keyHeader = (key: string | undefined): { readonly 'Idempotency-Key'?: string } =>
  key === undefined ? {} : { 'Idempotency-Key': quoteIdempotencyKey(key) };

/**
 * The body of a successful response.
 * @throws {ApiProblem | RunUnsuccessful | UnexpectedResponse} the response is an error
 */
export function dataOf<T>({ data, error, response }: { data?: T; error?: unknown; response: Response }): T {
  if (!response.ok) throw toError(response, error);
  return data as T;
}
