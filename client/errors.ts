import { retryAfterMs } from './retry-after.js';
import type { components } from './schema.js';
import { isUnsuccessful, type RunFailure, type Unsuccessful, type UnsuccessfulStatus } from './workflows.js';

type Problem = components['schemas']['Problem'];
/** Identifies the kind of problem: branch on it. */
export type ProblemCode = Problem['code'];

/** The API answered with a problem document (RFC 9457). */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly code: ProblemCode;
  /** The HTTP status. */
  readonly status: number;
  readonly detail: string | undefined;
  /** Finds the request in the API's log. */
  readonly requestId: string;
  /** The validation errors of the input or the parameters. */
  readonly errors: NonNullable<Problem['errors']>;
  /** When to send the request again, in seconds; absent if the API does not say. */
  readonly retryAfterSeconds: number | undefined;

  constructor(problem: Problem, headers: Headers) {
    super(`${problem.status} ${problem.code}: ${messageOf(problem)}`);
    this.code = problem.code;
    this.status = problem.status;
    this.detail = problem.detail;
    this.requestId = problem.requestId;
    this.errors = problem.errors ?? [];
    const waitMs = retryAfterMs(headers);
    this.retryAfterSeconds = waitMs === undefined ? undefined : Math.ceil(waitMs / 1000);
  }
}

function messageOf({ title, detail, errors = [] }: Problem): string {
  const faults = errors.map((error) => `${error.pointer ?? error.parameter ?? ''} ${error.detail}`.trim());
  return [detail ?? title, ...faults].join('; ');
}

/** The run ended without a result: it failed, timed out, was cancelled or terminated, or is lost. */
export class RunUnsuccessful extends Error {
  override readonly name = 'RunUnsuccessful';
  readonly code: `run-${UnsuccessfulStatus}`;
  readonly failure: RunFailure | null;

  constructor(readonly run: Unsuccessful) {
    const reason = run.failure ? `: ${run.failure.message}` : '';
    super(`Run ${run.id} of ${run.workflow} ended with status ${run.status}${reason}`);
    this.code = `run-${run.status}`;
    this.failure = run.failure;
  }
}

/**
 * The call took longer than `timeoutMs`, or the next attempt would start after it. A run that the call started or waits for continues.
 * `cause` is the error of the last attempt, if it failed.
 */
export class DeadlineExceeded extends Error {
  override readonly name = 'DeadlineExceeded';

  constructor(
    /** Limit of the whole call, in milliseconds. */
    readonly timeoutMs: number,
    /** The outcome of the last attempt, in words; absent if no attempt finished. */
    readonly lastOutcome: string | undefined,
    /** The run that the call waited for, if the API had returned its id. */
    readonly runId: string | undefined,
    options?: ErrorOptions,
  ) {
    super(`Timed out after ${timeoutMs} ms; ${lastOutcome ? `last outcome: ${lastOutcome}` : 'no response'}`, options);
  }
}

/** The API is unreachable, or the connection broke before the response was complete. `cause` is the failure. */
export class ConnectionFailed extends Error {
  override readonly name = 'ConnectionFailed';
}

/** The response does not come from the API: the base URL is wrong, or a proxy failed. */
export class UnexpectedResponse extends Error {
  override readonly name = 'UnexpectedResponse';

  constructor(
    readonly status: number,
    readonly url: string,
    /** The start of the body, up to 200 characters. */
    readonly text: string,
  ) {
    super(`Unexpected response with status ${status} from ${url}${text ? `: ${text}` : ''}`);
  }
}

/** Creates the error for an unsuccessful response. @param body - parsed if it is JSON, else the text */
export function toError(response: Response, body: unknown): ApiProblem | RunUnsuccessful | UnexpectedResponse {
  if (!isProblem(response, body)) {
    const text = typeof body === 'string' ? body : JSON.stringify(body ?? '');
    return new UnexpectedResponse(response.status, response.url, text.slice(0, 200));
  }
  return body.run && isUnsuccessful(body.run) ? new RunUnsuccessful(body.run) : new ApiProblem(body, response.headers);
}

/** Like `toError`, for an unread response. The response stays readable. */
export async function readError(response: Response): Promise<ReturnType<typeof toError>> {
  const text = await response.clone().text();
  try {
    return toError(response, JSON.parse(text));
  } catch {
    return toError(response, text);
  }
}

const isProblem = ({ headers }: Response, body: unknown): body is Problem =>
  headers.get('content-type')?.startsWith('application/problem+json') === true &&
  typeof (body as Partial<Problem> | null)?.code === 'string';
