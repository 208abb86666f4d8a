import { validate as isUuid } from 'uuid';
import { RunNotFound } from '../errors/runs.js';

/**
 * The id of a run in a path, as the database writes it.
 * @throws {RunNotFound} it is no UUID, so no run can have it
 */
export function runIdFromPath(ctx: { readonly params: Readonly<Record<string, string | undefined>> }): string {
  const { id = '' } = ctx.params;
  if (!isUuid(id)) throw new RunNotFound(id);
  return id.toLowerCase();
}
