import { check, createAjv } from '../runs/schema-check.js';

/** A body that says nothing. */
export const noInputSchema = { type: 'object', properties: {}, additionalProperties: false } as const;

export const terminateSchema = {
  type: 'object',
  properties: {
    reason: {
      type: 'string',
      // Temporal keeps the reason in the run's history; this is a sentence or two.
      maxLength: 1000,
      description: 'Why, for whoever looks at the run later',
    },
  },
  additionalProperties: false,
} as const;

const ajv = createAjv();
const validateNothing = ajv.compile(noInputSchema);
const validateTerminate = ajv.compile(terminateSchema);

/** @throws {InputInvalid} the body holds anything at all */
export const noInput = (body: unknown): void => check('The body', validateNothing, body);

/** @throws {InputInvalid} the body is something else than `{ reason?: string }` */
export function terminateReason(body: unknown): string | undefined {
  check('The body', validateTerminate, body);
  return (body as { readonly reason?: string }).reason;
}
