import { DomainError } from '../errors/domain-error.js';
import { InputInvalid } from '../errors/runs.js';
import { RunUnsuccessful } from '../runs/run-unsuccessful.js';
import { ParametersInvalid } from './contract/parameters.js';
import { HttpProblem } from './http-problem.js';
import { type Problem, problemOf, problemTypes } from './problem-types.js';
import { toRunResource } from './run-resource.js';

export interface DescribedProblem {
  readonly problem: Problem;
  readonly headers: Readonly<Record<string, string>>;
}

/** Faults of a trusted operator take longer to mend than a restart. */
const defaultRetryAfterSeconds = 30;

/** Faults are cut here as well, whoever found them; nobody reads more than these. */
const maxFaults = 100;

/** Whether the message may name addresses or statements: failures of the platform (5xx), except what became of an update. */
const isPrivate = ({ code }: DomainError): boolean => problemTypes[code].status >= 500 && code !== 'update-unconfirmed';

/**
 * Describes an error to the caller. Private messages stay inside; so does everything of an error that has no code of ours, which is
 * `internal-error`.
 */
export function describeProblem(error: unknown): DescribedProblem {
  if (error instanceof HttpProblem) {
    return { problem: { ...problemOf(error.code, error.message), ...error.members }, headers: error.headers };
  }
  if (!(error instanceof DomainError)) return { problem: problemOf('internal-error'), headers: {} };
  const problem = problemOf(error.code, isPrivate(error) ? undefined : detailOf(error));
  const isAway = problemTypes[error.code].status === 503;
  const retryAfterSeconds = error.retryAfterSeconds ?? (isAway ? defaultRetryAfterSeconds : undefined);
  return {
    problem: { ...problem, ...membersOf(error) },
    headers: retryAfterSeconds === undefined ? {} : { 'Retry-After': String(retryAfterSeconds) },
  };
}

/** The faults stand one by one in `errors`; a sentence of all of them would say them twice. */
function detailOf(error: DomainError): string | undefined {
  const faults = faultsOf(error);
  if (!faults) return error.message;
  return faults.length === 1 ? 'One thing is wrong with it' : `${faults.length} things are wrong with it`;
}

function membersOf(error: DomainError): Record<string, unknown> {
  if (error instanceof RunUnsuccessful) return { run: toRunResource(error.run), failure: error.run.failure };
  const faults = faultsOf(error);
  return faults ? { errors: faults.slice(0, maxFaults) } : {};
}

const faultsOf = (error: DomainError): readonly unknown[] | undefined =>
  error instanceof InputInvalid || error instanceof ParametersInvalid ? error.faults : undefined;
