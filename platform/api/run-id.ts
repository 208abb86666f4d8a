import { validate as isUuid } from 'uuid';
import { RunNotFound } from '../errors/runs.js';

/**
 * The run id in the request's path, in lower case as in the database.
 * @throws {RunNotFound} the id is not a UUID
 */
export function runIdFromPath(ctx: { readonly params: Readonly<Record<string, string | undefined>> }): string {
  const { id = '' } = ctx.params;
  if (!isUuid(id)) throw new RunNotFound(id);
  return id.toLowerCase();
}
