/** An empty object. */
export const noInputSchema = { type: 'object', properties: {}, additionalProperties: false } as const;

export const terminateSchema = {
  type: 'object',
  properties: {
    reason: {
      type: 'string',
      // Temporal stores the reason in the history of the run.
      maxLength: 1000,
      description: 'Why you terminate the run. Temporal stores it in the history.',
    },
  },
  additionalProperties: false,
} as const;
