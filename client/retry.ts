import type { Deadline } from './deadline.js';
import { ApiProblem, ConnectionFailed, readError, UnexpectedResponse } from './errors.js';
import { isPermanent, isProgrammingError } from './permanent-failure.js';
import { retryAfterMs } from './retry-after.js';

export type Fetch = (request: Request) => Promise<Response>;
/** Sends a request with retries and returns the last response, errors included. */
export type Send = (request: Request, deadline: Deadline) => Promise<Response>;

const backoff = { firstMs: 200, maxMs: 5_000 };
/** Exponential backoff with full jitter, in milliseconds, so that clients do not return at the same moment. */
export const backoffMs = (attempt: number): number =>
  Math.random() * Math.min(backoff.maxMs, backoff.firstMs * 2 ** attempt);

/** Limits and outages, reported by the API or by a proxy. */
const transientStatuses = [429, 502, 503, 504];

/**
 * Retries transient failures of safe requests: reads, and requests with an `Idempotency-Key`, which stays the same. Retries any request
 * that the API rejected because its run has not started yet or the caller is rate-limited: neither had an effect.
 * @param retries - the most per request
 * @throws {DeadlineExceeded} the time is up, or would be before the next attempt
 * @throws {ConnectionFailed} no response, and a retry is not safe, not allowed or would fail the same way
 */
export function createSend({ fetch, retries }: { readonly fetch: Fetch; readonly retries: number }): Send {
  return async (request, deadline) => {
    for (let attempt = 0; ; attempt += 1) {
      const mayRetry = attempt < retries;
      const response = await sendOnce(fetch, request, deadline);
      if (response instanceof ConnectionFailed) {
        if (!mayRetry || !isSafe(request)) throw response;
        await deadline.pause(backoffMs(attempt));
        continue;
      }
      if (response.ok || response.status === 304) return response;
      const error = await readError(response);
      deadline.record(error.message, { cause: error });
      if (!mayRetry || !isTransient(request, response, error)) return response;
      const pauseMs = retryAfterMs(response.headers) ?? backoffMs(attempt);
      // The API's error says more than a timeout.
      if (pauseMs >= deadline.remainingMs() && !deadline.isWaitingForRun()) return response;
      await deadline.pause(pauseMs);
    }
  };
}

async function sendOnce(fetch: Fetch, request: Request, deadline: Deadline): Promise<Response | ConnectionFailed> {
  deadline.signal.throwIfAborted();
  // The deadline closes when a stream is open; the caller's signal still cancels the stream.
  const signal = AbortSignal.any([deadline.signal, request.signal]);
  const attempt = new Request(request.clone(), { signal });
  try {
    return await readBody(await fetch(attempt));
  } catch (cause) {
    deadline.signal.throwIfAborted();
    if (cause instanceof UnexpectedResponse || isProgrammingError(cause)) throw cause;
    const failed = new ConnectionFailed(`Request to ${new URL(request.url).host} failed: ${reasonOf(cause)}`, {
      cause,
    });
    if (isPermanent(cause)) throw failed;
    deadline.record(failed.message, { cause: failed });
    return failed;
  }
}

const isSafe = ({ method, headers }: Request): boolean =>
  method === 'GET' || method === 'HEAD' || headers.has('idempotency-key');

function isTransient(request: Request, { status, headers }: Response, error: Error): boolean {
  const hadNoEffect = error instanceof ApiProblem && ['run-pending', 'rate-limited'].includes(error.code);
  return (hadNoEffect && headers.has('retry-after')) || (transientStatuses.includes(status) && isSafe(request));
}

/**
 * Reads the whole body, so that a broken response counts as a failed attempt and the deadline covers it. Leaves event streams unread.
 * @throws {UnexpectedResponse} a success that is not JSON
 */
async function readBody(response: Response): Promise<Response> {
  const { status, statusText, headers, url } = response;
  const type = headers.get('content-type') ?? '';
  if (response.ok && type.startsWith('text/event-stream')) return response;
  const body = await response.arrayBuffer();
  if (response.ok && body.byteLength > 0 && !/^application\/json\b/.test(type)) {
    throw new UnexpectedResponse(status, url, new TextDecoder().decode(body.slice(0, 200)));
  }
  const whole = new Response(body.byteLength === 0 ? null : body, { status, statusText, headers });
  return Object.defineProperty(whole, 'url', { value: url });
}

/** Node's `fetch failed` has the reason in its cause. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as {
    readonly message?: string;
    readonly cause?: { readonly message?: string; readonly code?: string };
  };
  return cause?.message || cause?.code || message || String(error);
}
