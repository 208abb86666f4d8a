import { retryAfterMs } from './retry-after.js';
import type { components } from './schema.js';
import { isUnsuccessful, type RunFailure, type Unsuccessful, type UnsuccessfulStatus } from './workflows.js';

type Problem = components['schemas']['Problem'];
/** What programs tell problems apart by. */
export type ProblemCode = Problem['code'];

/** The API has answered with a problem document (RFC 9457). */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly code: ProblemCode;
  readonly status: number;
  readonly detail: string | undefined;
  /** What the API's log has it under. */
  readonly requestId: string;
  /** Each thing that is wrong with the input or the parameters. */
  readonly errors: NonNullable<Problem['errors']>;
  /** When it may be asked again; absent when the API does not say. */
  readonly retryAfterSeconds: number | undefined;

  constructor(problem: Problem, headers: Headers) {
    super(`${problem.status} ${problem.code}: ${sentenceOf(problem)}`);
    this.code = problem.code;
    this.status = problem.status;
    this.detail = problem.detail;
    this.requestId = problem.requestId;
    this.errors = problem.errors ?? [];
    const waitMs = retryAfterMs(headers);
    this.retryAfterSeconds = waitMs === undefined ? undefined : Math.ceil(waitMs / 1000);
  }
}

function sentenceOf({ title, detail, errors = [] }: Problem): string {
  const faults = errors.map((fault) => `${fault.pointer ?? fault.parameter ?? ''} ${fault.detail}`.trim());
  return [detail ?? title, ...faults].join('; ');
}

/** The run has ended without a result. */
export class RunUnsuccessful extends Error {
  override readonly name = 'RunUnsuccessful';
  readonly code: `run-${UnsuccessfulStatus}`;
  readonly failure: RunFailure | null;

  constructor(readonly run: Unsuccessful) {
    super(`Run ${run.id} of ${run.workflow} is ${run.status}${run.failure ? `: ${run.failure.message}` : ''}`);
    this.code = `run-${run.status}`;
    this.failure = run.failure;
  }
}

/**
 * The time of the whole call is over, its attempts and waits included, or would be before it may be tried again. A run that it began or
 * waited for goes on. `cause` is the error of the last attempt, if it had one.
 */
export class DeadlineExceeded extends Error {
  override readonly name = 'DeadlineExceeded';

  /**
   * @param timeoutMs - how long the call could take, in milliseconds
   * @param lastAnswer - what the last attempt came to, in words; absent when nothing was answered at all
   * @param runId - the run that was waited for, when the API has told it
   */
  constructor(
    readonly timeoutMs: number,
    readonly lastAnswer: string | undefined,
    readonly runId: string | undefined,
    options?: ErrorOptions,
  ) {
    super(
      `Not done within ${timeoutMs} ms; ${lastAnswer ? `last answered: ${lastAnswer}` : 'nothing was answered'}`,
      options,
    );
  }
}

/** The API could not be reached, or the connection broke before the answer was whole; `cause` says how. */
export class ConnectionFailed extends Error {
  override readonly name = 'ConnectionFailed';
}

/** Something has answered that is not the API: its address is another one, or a proxy in between has failed. */
export class UnexpectedAnswer extends Error {
  override readonly name = 'UnexpectedAnswer';

  constructor(
    readonly status: number,
    /** Where the answer came from. */
    readonly url: string,
    /** The beginning of what it said. */
    readonly text: string,
  ) {
    super(`${url} answered ${status} with something else than the API does${text ? `: ${text}` : ''}`);
  }
}

/**
 * What an answer that is no success means.
 * @param body - parsed when it is JSON, else as it came
 */
export function errorOf(response: Response, body: unknown): ApiProblem | RunUnsuccessful | UnexpectedAnswer {
  if (!isProblem(response, body)) {
    const text = typeof body === 'string' ? body : JSON.stringify(body ?? '');
    return new UnexpectedAnswer(response.status, response.url, text.slice(0, 200));
  }
  return body.run && isUnsuccessful(body.run) ? new RunUnsuccessful(body.run) : new ApiProblem(body, response.headers);
}

/** The same of an answer that has not been read; it can still be read afterwards. */
export async function errorOfUnread(response: Response): Promise<ReturnType<typeof errorOf>> {
  const text = await response.clone().text();
  try {
    return errorOf(response, JSON.parse(text));
  } catch {
    return errorOf(response, text);
  }
}

const isProblem = ({ headers }: Response, body: unknown): body is Problem =>
  headers.get('content-type')?.startsWith('application/problem+json') === true &&
  typeof (body as Partial<Problem> | null)?.code === 'string';
