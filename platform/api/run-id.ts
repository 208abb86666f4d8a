import { validate as isUuid } from 'uuid';
import { RunNotFound } from '../errors/runs.js';
import { exampleRunId } from './contract/examples.js';
import { runIdSchema } from './contract/schemas.js';

/** The id of a run in a path. Reads it in lower case, as in the database; throws `RunNotFound` if it is not a UUID. */
export const runIdParameter = {
  schema: runIdSchema,
  example: exampleRunId,
  read(text: string): string {
    if (!isUuid(text)) throw new RunNotFound(text);
    return text.toLowerCase();
  },
};

/**
 * The run id in the request's path.
 * @throws {RunNotFound} the id is not a UUID
 */
export const runIdFromPath = (ctx: { readonly params: Readonly<Record<string, string | undefined>> }): string =>
  runIdParameter.read(ctx.params['id'] ?? '');
