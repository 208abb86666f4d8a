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
