import { PlatformError } from './platform-error.js';

/** A dependency is temporarily unavailable. */
abstract class Transient extends PlatformError {
  override readonly permanent = false;
  override readonly retryAfterSeconds = 2;
}

/** Temporal is unreachable or did not answer in time. */
export class TemporalUnavailable extends Transient {
  readonly code = 'temporal-unavailable';
}

/** PostgreSQL is unreachable or did not answer in time. */
export class DatabaseUnavailable extends Transient {
  readonly code = 'database-unavailable';
}

/** The OIDC issuer did not provide the keys that verify its tokens. */
export class IssuerUnavailable extends Transient {
  readonly code = 'issuer-unavailable';
}

/** No worker answered a query in time. */
export class WorkerUnavailable extends Transient {
  readonly code = 'worker-unavailable';
}

/** The namespace does not exist, and the settings do not allow creating it. */
export class NamespaceNotFound extends PlatformError {
  readonly code = 'namespace-not-found';
  constructor(namespace: string, options?: ErrorOptions) {
    super(
      `Temporal has no namespace ${JSON.stringify(namespace)}; create it or set TEMPORAL_NAMESPACE_CREATE=true`,
      options,
    );
  }
}

/** Temporal rejected the API key or the client certificate. */
export class TemporalUnauthorized extends PlatformError {
  readonly code = 'temporal-unauthorized';
}

/** Temporal rejected the call permanently, because it is invalid or too large. */
export class TemporalRefused extends PlatformError {
  readonly code = 'temporal-refused';
}

/** PostgreSQL rejected the data, for example because of a constraint, type or length. Retrying is useless. */
export class DataRejected extends PlatformError {
  readonly code = 'data-rejected';
}

/** The database schema is older than this version requires. */
export class SchemaOutdated extends PlatformError {
  readonly code = 'schema-outdated';
  override readonly permanent = false;
  override readonly retryAfterSeconds = 5;
}
