import { BaseError, ConnectionError, DatabaseError } from 'sequelize';
import { DatabaseUnavailable, DataRejected, SchemaOutdated } from '../errors/platform.js';

/**
 * PostgreSQL refuses connections until the configuration changes: wrong password, unknown database, untrusted certificate, unreadable CA file.
 * Thrown at startup only; later the same failure is a `DatabaseUnavailable`.
 */
export class DatabaseRefused extends Error {
  readonly code = 'database-refused';
  override readonly name = 'DatabaseRefused';
}

/** Node's codes of transient network failures. */
const networkCodes =
  /^(ECONN(REFUSED|RESET|ABORTED)|EPIPE|ETIMEDOUT|EHOST(UNREACH|DOWN)|ENETUNREACH|ENOTFOUND|EAI_AGAIN)$/;

/**
 * Transient SQLSTATEs: connection exceptions (08), insufficient resources (53), operator intervention (57: shutdown, startup, and 57014,
 * the statement timeout), and single states of other classes.
 * https://www.postgresql.org/docs/17/errcodes-appendix.html
 */
const transientClasses: ReadonlySet<string> = new Set(['08', '53', '57']);
const transientStates: ReadonlySet<string> = new Set([
  '25006', // read-only: a replica answers during a failover
  '25P03', // idle in transaction timeout
  '40001', // serialisation failure
  '40P01', // deadlock detected
  '55P03', // lock timeout
]);

/** Data exceptions (22) and integrity constraint violations (23): the same statement can never succeed. */
const permanentClasses: ReadonlySet<string> = new Set(['22', '23']);

/** Whether PostgreSQL rejected the data itself. */
export const isDataError = (error: unknown): boolean => permanentClasses.has(sqlState(error)?.slice(0, 2) ?? '');

/** Undefined table or column: the migrations of this program are not applied. */
const olderSchema: ReadonlySet<string> = new Set(['42P01', '42703']);

/** Messages of pg and Sequelize, which have no code, for a connection that was lost or not available in time. */
const connectionLost =
  /^(Connection terminated|Connection timed out|timeout expired|Client (has encountered a connection error|was closed)|Operation timeout|ConnectionManager\.getConnection was called after|pool is draining)/;

/** PostgreSQL's five-character error code, or `undefined` if the error did not come from the server. */
export function sqlState(error: unknown): string | undefined {
  const code = codeOf(error);
  return code !== undefined && /^[0-9A-Z]{5}$/.test(code) && !networkCodes.test(code) ? code : undefined;
}

/** Whether a retry may succeed: the server is unreachable, starting or overloaded. */
export function isTransient(error: unknown): boolean {
  const code = codeOf(error);
  if (code === undefined) return error instanceof Error && connectionLost.test(error.message);
  return (
    networkCodes.test(code) || transientStates.has(code) || transientClasses.has(sqlState(error)?.slice(0, 2) ?? '')
  );
}

/** Whether PostgreSQL or the connection to it failed, as opposed to a bug in this program. */
export const isDatabaseError = (error: unknown): boolean =>
  error instanceof ConnectionError || error instanceof DatabaseError;

/**
 * Translates the errors of a repository's methods: `DatabaseUnavailable` if PostgreSQL is unreachable or does not answer in time,
 * `SchemaOutdated` if a table or column is missing, `DataRejected` if the data violates a type or constraint.
 * Other errors are bugs and pass unchanged.
 */
export function translateErrors<R extends { [K in keyof R]: (...args: never[]) => Promise<unknown> }>(
  repository: R,
): R {
  const translated = Object.entries<(...args: never[]) => Promise<unknown>>(repository).map(([name, method]) => [
    name,
    async (...args: never[]) => {
      try {
        return await method(...args);
      } catch (error) {
        throw translateError(error);
      }
    },
  ]);
  return Object.fromEntries(translated) as R;
}

function translateError(cause: unknown): unknown {
  removeParameters(cause);
  if (cause instanceof ConnectionError) return new DatabaseUnavailable('PostgreSQL cannot be reached', { cause });
  if (isTransient(cause)) {
    const isLate = sqlState(cause) === '57014';
    const message = isLate ? 'PostgreSQL did not answer in time' : 'PostgreSQL is not available';
    return new DatabaseUnavailable(message, { cause });
  }
  if (isDataError(cause)) return new DataRejected('PostgreSQL rejected the data', { cause });
  if (olderSchema.has(sqlState(cause) ?? ''))
    return new SchemaOutdated('The database schema is outdated; apply the migrations: npm run migrate -- up', {
      cause,
    });
  return cause;
}

/** Sequelize adds the bind values to its errors; they must not reach the log. */
function removeParameters(error: unknown): void {
  if (!(error instanceof DatabaseError)) return;
  for (const holder of [error, error.parent] as { parameters?: unknown }[]) delete holder.parameters;
}

function codeOf(error: unknown): string | undefined {
  const origin: unknown =
    error instanceof BaseError && 'parent' in error && error.parent instanceof Error ? error.parent : error;
  const code = (origin as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}
