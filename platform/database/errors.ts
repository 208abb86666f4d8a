import { BaseError, ConnectionError, DatabaseError } from 'sequelize';
import { DatabaseUnavailable, DataRejected, SchemaOutdated } from '../errors/platform.js';

/**
 * There is no way into PostgreSQL (wrong password, no such database, a certificate that is not trusted, a CA that cannot be
 * read) until somebody changes something, so waiting does not help. Thrown at start only; while running, the same is a `DatabaseUnavailable`.
 */
export class DatabaseRefused extends Error {
  readonly code = 'database-refused';
  override readonly name = 'DatabaseRefused';
}

/** Failures of the network that may pass: Node's names for them. */
const networkCodes: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EHOSTDOWN',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/**
 * SQLSTATEs that may pass: connection exceptions (08), insufficient resources (53), operator intervention (57: shutting
 * down, starting up, and 57014, the statement timeout), and single ones of other classes.
 * https://www.postgresql.org/docs/17/errcodes-appendix.html
 */
const transientClasses: ReadonlySet<string> = new Set(['08', '53', '57']);
const transientStates: ReadonlySet<string> = new Set([
  '25006', // a replica answers: the primary is being replaced
  '25P03', // idle in a transaction for too long
  '40001', // serialisation failure
  '40P01', // deadlock: the other one has gone on
  '55P03', // lock not available within lock_timeout
]);

/** Data exceptions (22) and integrity constraints (23): the same statement will never succeed. */
const permanentClasses: ReadonlySet<string> = new Set(['22', '23']);

/** Whether the data itself was refused, as opposed to the server or the way to it being away. */
export const isDataError = (error: unknown): boolean => permanentClasses.has(sqlState(error)?.slice(0, 2) ?? '');

/** No such table, no such column: the migrations that come with this program have not been applied yet. */
const olderSchema: ReadonlySet<string> = new Set(['42P01', '42703']);

/** What pg and Sequelize say without any code when a connection is gone or was not had in time. */
const connectionLost =
  /^(Connection terminated|Connection timed out|timeout expired|Client (has encountered a connection error|was closed)|Operation timeout|ConnectionManager\.getConnection was called after|pool is draining)/;

/** PostgreSQL's five-character code of what went wrong, or `undefined` when the failure did not come from the server. */
export function sqlState(error: unknown): string | undefined {
  const code = codeOf(error);
  return code !== undefined && /^[0-9A-Z]{5}$/.test(code) && !networkCodes.has(code) ? code : undefined;
}

/** Whether the same call may succeed later without anybody changing anything: the server is away, starting, or overloaded. */
export function isTransient(error: unknown): boolean {
  const code = codeOf(error);
  if (code === undefined) return error instanceof Error && connectionLost.test(error.message);
  return (
    networkCodes.has(code) || transientStates.has(code) || transientClasses.has(sqlState(error)?.slice(0, 2) ?? '')
  );
}

/** Whether PostgreSQL or the way to it failed, as opposed to a fault in this program. */
export const isDatabaseError = (error: unknown): boolean =>
  error instanceof ConnectionError || error instanceof DatabaseError;

/**
 * Gives every method of a repository the platform's errors: `DatabaseUnavailable` when PostgreSQL cannot be reached or does
 * not answer in time, `SchemaOutdated` when a table is missing, `DataRejected` when a constraint forbids it. Anything else is a fault and passes unchanged.
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

function translateError(error: unknown): unknown {
  forgetParameters(error);
  if (error instanceof ConnectionError)
    return new DatabaseUnavailable('PostgreSQL cannot be reached', { cause: error });
  if (isTransient(error))
    return new DatabaseUnavailable(
      sqlState(error) === '57014' ? 'PostgreSQL did not answer in time' : 'PostgreSQL is not available',
      { cause: error },
    );
  if (isDataError(error)) return new DataRejected('PostgreSQL refused the data', { cause: error });
  if (olderSchema.has(sqlState(error) ?? ''))
    return new SchemaOutdated('The database does not have what this program needs; apply its migrations', {
      cause: error,
    });
  return error;
}

/** Sequelize hangs the bound values on its errors, from where they would come into the log. */
function forgetParameters(error: unknown): void {
  if (!(error instanceof DatabaseError)) return;
  for (const holder of [error, error.parent] as { parameters?: unknown }[]) delete holder.parameters;
}

function codeOf(error: unknown): string | undefined {
  const origin: unknown =
    error instanceof BaseError && 'parent' in error && error.parent instanceof Error ? error.parent : error;
  const code = (origin as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}
