/**
 * Base class of domain errors. The `code` is the same in the domain, in Temporal (as the type of an `ApplicationFailure`) and in the API's
 * problem documents. Independent of HTTP: a product gives the codes that its API answers with a status in `api/problems.ts`.
 */
export abstract class DomainError extends Error {
  /** Lower-case words with hyphens, such as `card-declined`. */
  abstract readonly code: string;
  /** Whether retrying is useless. Temporal does not retry activities that throw permanent errors. */
  readonly permanent: boolean = true;
  /** Delay before the next attempt, in seconds. Only set if `permanent` is false. */
  readonly retryAfterSeconds?: number;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}
