import type { Deadline } from './deadline.js';
import { ApiProblem, ConnectionFailed, errorOfUnread, UnexpectedAnswer } from './errors.js';
import { isLasting, isMistake } from './lasting.js';
import { retryAfterMs } from './retry-after.js';

export type Fetch = (request: Request) => Promise<Response>;
/** Sends a request, again while that is safe and may help, and answers what came in the end, problems included. */
export type Send = (request: Request, deadline: Deadline) => Promise<Response>;

export interface SendProps {
  readonly fetch: Fetch;
  /** How often a request is sent again at most. */
  readonly retries: number;
}

/** Pauses between attempts, in milliseconds: by chance from none to the whole of one that doubles, so that clients do not come back together. */
const backoff = { firstMs: 200, longestMs: 5_000 };
export const backoffMs = (attempt: number): number =>
  Math.random() * Math.min(backoff.longestMs, backoff.firstMs * 2 ** attempt);

/** Limits and outages, the API's own and those that a proxy tells of: the same request may be answered later. */
const passing = [429, 502, 503, 504];

/**
 * What failed for a time is sent again when it can do no harm: a read, or what carries an `Idempotency-Key`, which stays the same. What
 * was refused because its run has not started yet has done nothing, whatever it is.
 * @throws {DeadlineExceeded} the time is over, or would be before the next attempt
 * @throws {ConnectionFailed} nothing was answered, and it cannot be tried again or would be the same each time
 */
export function createSend({ fetch, retries }: SendProps): Send {
  return async (request, deadline) => {
    for (let attempt = 0; ; attempt += 1) {
      const mayRepeat = attempt < retries;
      const answer = await attemptOnce(fetch, request, deadline);
      if (answer instanceof ConnectionFailed) {
        if (!mayRepeat || !isSafe(request)) throw answer;
        await deadline.pause(backoffMs(attempt));
        continue;
      }
      if (answer.ok || answer.status === 304) return answer;
      const error = await errorOfUnread(answer);
      deadline.note(error.message, { cause: error });
      if (!mayRepeat || !willPass(request, answer, error)) return answer;
      const pauseMs = retryAfterMs(answer.headers) ?? backoffMs(attempt);
      // What is wrong says more than that there is no time left to see whether it passes.
      if (pauseMs >= deadline.remainingMs() && !deadline.isOfRun()) return answer;
      await deadline.pause(pauseMs);
    }
  };
}

async function attemptOnce(fetch: Fetch, request: Request, deadline: Deadline): Promise<Response | ConnectionFailed> {
  deadline.signal.throwIfAborted();
  // the deadline ends when a stream has been opened; whoever reads it can still leave
  const signal = AbortSignal.any([deadline.signal, request.signal]);
  const attempt = new Request(request.clone(), { signal });
  try {
    return await wholeOf(await fetch(attempt));
  } catch (cause) {
    deadline.signal.throwIfAborted();
    if (cause instanceof UnexpectedAnswer || isMistake(cause)) throw cause;
    const failed = new ConnectionFailed(`${new URL(request.url).host} cannot be reached: ${reasonOf(cause)}`, {
      cause,
    });
    if (isLasting(cause)) throw failed;
    deadline.note(failed.message, { cause: failed });
    return failed;
  }
}

const isSafe = ({ method, headers }: Request): boolean =>
  method === 'GET' || method === 'HEAD' || headers.has('idempotency-key');

function willPass(request: Request, { status, headers }: Response, error: Error): boolean {
  // Both have done nothing.
  const isRefused = error instanceof ApiProblem && ['run-pending', 'rate-limited'].includes(error.code);
  return (isRefused && headers.has('retry-after')) || (passing.includes(status) && isSafe(request));
}

/**
 * Reads the answer to its end, so that one that breaks off counts as an attempt that failed, and the deadline holds for all of it. A
 * stream is left as it is.
 * @throws {UnexpectedAnswer} a success that is not JSON
 */
async function wholeOf(response: Response): Promise<Response> {
  const { status, statusText, headers, url } = response;
  const type = headers.get('content-type') ?? '';
  if (response.ok && type.startsWith('text/event-stream')) return response;
  const body = await response.arrayBuffer();
  if (response.ok && body.byteLength > 0 && !/^application\/json\b/.test(type)) {
    throw new UnexpectedAnswer(status, url, new TextDecoder().decode(body.slice(0, 200)));
  }
  const whole = new Response(body.byteLength === 0 ? null : body, { status, statusText, headers });
  return Object.defineProperty(whole, 'url', { value: url });
}

/** Node says what is wrong in the cause of its `fetch failed`. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as {
    readonly message?: string;
    readonly cause?: { readonly message?: string; readonly code?: string };
  };
  return cause?.message || cause?.code || message || String(error);
}
