import { DomainError } from './domain-error.js';

/** Something outside that may be back soon. */
abstract class Transient extends DomainError {
  override readonly permanent = false;
  override readonly retryAfterSeconds = 2;
}

/** Temporal did not answer within the deadline, or cannot be reached. */
export class TemporalUnavailable extends Transient {
  readonly code = 'temporal-unavailable';
}

/** PostgreSQL did not answer within the deadline, or cannot be reached. */
export class DatabaseUnavailable extends Transient {
  readonly code = 'database-unavailable';
}

/** No worker answered a query in time. */
export class WorkerUnavailable extends Transient {
  readonly code = 'worker-unavailable';
}

/** The namespace does not exist and may not be made here. */
export class NamespaceNotFound extends DomainError {
  readonly code = 'namespace-not-found';
  constructor(namespace: string, options?: ErrorOptions) {
    super(
      `Temporal has no namespace ${JSON.stringify(namespace)}; make it, or set TEMPORAL_NAMESPACE_CREATE=true`,
      options,
    );
  }
}

/** Temporal does not accept the API key or the client's certificate. */
export class TemporalUnauthorized extends DomainError {
  readonly code = 'temporal-unauthorized';
}

/** Temporal refused the call for good: invalid, or too large. */
export class TemporalRefused extends DomainError {
  readonly code = 'temporal-refused';
}

/** PostgreSQL refuses the data itself: a constraint, a type, a length. The same statement will never succeed. */
export class DataRejected extends DomainError {
  readonly code = 'data-rejected';
}

/** The database's schema is older than the one this program needs. */
export class SchemaOutdated extends DomainError {
  readonly code = 'schema-outdated';
  override readonly permanent = false;
  override readonly retryAfterSeconds = 5;
}
