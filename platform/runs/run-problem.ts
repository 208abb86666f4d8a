import type { FromSchema } from 'json-schema-to-ts';

/** Why an open run makes no progress, in the API. This JSON Schema means the same in draft-07 and 2020-12. */
export const runProblemSchema = {
  type: 'object',
  description: 'A failure that Temporal retries while the run is open.',
  properties: {
    kind: {
      type: 'string',
      enum: ['workflow-task-failing', 'activity-retrying'],
      description:
        '`workflow-task-failing`: the workflow code throws an error that is not a failure of the run, such as a `TypeError`. The run continues ' +
        'when the code is fixed. `activity-retrying`: an attempt of an activity failed.',
    },
    activity: {
      type: ['string', 'null'],
      description: 'Name of the activity; `null` for a workflow task.',
    },
    attempts: { type: 'integer', minimum: 1, description: 'Number of failed attempts so far.' },
    failure: {
      type: 'object',
      description: 'The failure of the last attempt, as far as Temporal recorded it.',
      properties: {
        code: { type: 'string', description: 'Type of the error, such as `bank-unavailable`.' },
        message: { type: 'string' },
        stack: {
          type: 'string',
          description:
            'Stack trace of a failing workflow task. Only in histories, and only if the API requires no keys.',
        },
      },
      required: ['code', 'message'],
      additionalProperties: false,
    },
    nextAttemptAt: {
      type: ['string', 'null'],
      format: 'date-time',
      description: 'When Temporal starts the next attempt of the activity; `null` while an attempt is running.',
    },
  },
  required: ['kind', 'activity', 'attempts', 'failure', 'nextAttemptAt'],
  additionalProperties: false,
} as const;

export type RunProblem = FromSchema<typeof runProblemSchema>;

/** The problem that stops the workflow itself, if there is one. */
export const failingTask = (problems: readonly RunProblem[]): RunProblem | undefined =>
  problems.find(({ kind }) => kind === 'workflow-task-failing');
