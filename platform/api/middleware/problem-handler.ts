import { DomainError } from '../../errors/domain-error.js';
import type { Product } from '../../product.js';
import { type ApiContext, type ApiMiddleware, logOf } from '../context.js';
import type { ProblemTypes } from '../problem-types.js';
import { type DescribedProblem, describeProblem } from '../problems.js';
import { pathOf } from './access-log.js';

/** Turns errors into problem documents and logs those with status 5xx. */
export const createProblemHandler =
  ({ problemType }: Pick<Product, 'problemType'>, types: ProblemTypes): ApiMiddleware =>
  async (ctx, next) => {
    try {
      await next();
    } catch (error) {
      answerProblem(ctx, describeProblem(error, types), error, problemType);
    }
  };

function answerProblem(
  ctx: ApiContext,
  { problem, headers }: DescribedProblem,
  error: unknown,
  typeOf: Product['problemType'],
): void {
  const { requestId } = ctx.state;
  if (problem.code === 'internal-error') logOf(ctx.state).error({ err: error }, unexpected(error));
  else if (problem.status >= 500) logOf(ctx.state).warn({ err: error }, problem.title);
  ctx.state.problemCode = problem.code;
  ctx.status = problem.status;
  ctx.set(headers);
  ctx.set('Content-Type', 'application/problem+json');
  ctx.body = { type: typeOf(problem.code), ...problem, instance: pathOf(ctx.originalUrl), requestId };
}

const unexpected = (error: unknown): string =>
  error instanceof DomainError
    ? `The error code ${error.code} has no HTTP status: give it one in api/problems.ts`
    : 'Unexpected error';
