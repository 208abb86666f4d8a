import { DomainError } from '../errors/domain-error.js';
import { InputInvalid } from '../errors/runs.js';
import { RunUnsuccessful } from '../runs/run-unsuccessful.js';
import { ParametersInvalid } from './contract/parameters.js';
import { HttpProblem } from './http-problem.js';
import {
  type Problem,
  type ProblemType,
  type ProblemTypes,
  problemOf,
  problemTypes,
  toProblem,
} from './problem-types.js';
import { toRunResource } from './run-resource.js';

export interface DescribedProblem {
  readonly problem: Problem;
  readonly headers: Readonly<Record<string, string>>;
}

/** For failures that an operator has to fix: longer than a restart takes. */
const defaultRetryAfterSeconds = 30;

/** Limits the size of the answer, whichever check found the faults. */
const maxFaults = 100;

/** Messages of 5xx failures may contain addresses or SQL. Those of these codes do not; the caller also reads them in the run's history. */
const publicCodes: readonly string[] = ['update-unconfirmed', 'workflow-task-failing'];

const isPrivate = (code: string, { status }: ProblemType): boolean => status >= 500 && !publicCodes.includes(code);

/**
 * Turns an error into a problem document. Leaves out private messages. An error other than `DomainError` and `HttpProblem`, or with a code
 * that is not in `types`, becomes `internal-error` and reveals nothing.
 */
export function describeProblem(error: unknown, types: ProblemTypes = problemTypes): DescribedProblem {
  if (error instanceof HttpProblem) {
    return { problem: { ...problemOf(error.code, error.message), ...error.members }, headers: error.headers };
  }
  const type = error instanceof DomainError && Object.hasOwn(types, error.code) ? types[error.code] : undefined;
  if (!(error instanceof DomainError && type)) return { problem: problemOf('internal-error'), headers: {} };
  const problem = toProblem(error.code, type, isPrivate(error.code, type) ? undefined : detailOf(error));
  const isAway = type.status === 503;
  const retryAfterSeconds = error.retryAfterSeconds ?? (isAway ? defaultRetryAfterSeconds : undefined);
  return {
    problem: { ...problem, ...membersOf(error) },
    headers: retryAfterSeconds === undefined ? {} : { 'Retry-After': String(retryAfterSeconds) },
  };
}

/** `errors` lists the faults, so the detail only counts them. */
function detailOf(error: DomainError): string | undefined {
  const faults = faultsOf(error);
  if (!faults) return error.message;
  return `The request has ${faults.length} validation ${faults.length === 1 ? 'error' : 'errors'}`;
}

function membersOf(error: DomainError): Record<string, unknown> {
  if (error instanceof RunUnsuccessful) return { run: toRunResource(error.run), failure: error.run.failure };
  const faults = faultsOf(error);
  return faults ? { errors: faults.slice(0, maxFaults) } : {};
}

const faultsOf = (error: DomainError): readonly unknown[] | undefined =>
  error instanceof InputInvalid || error instanceof ParametersInvalid ? error.faults : undefined;
