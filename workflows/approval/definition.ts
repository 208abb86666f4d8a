import { defineWorkflow, type Input, type Output } from '../../platform/workflows/define.js';

const duration = {
  type: 'string',
  // At most 999 days, so that the workflow can record its outcome before the execution timeout.
  pattern:
    '^([1-9][0-9]{0,4} ?(ms|s|m|milliseconds?|seconds?|minutes?)|[1-9][0-9]{0,3} ?(h|hours?)|[1-9][0-9]{0,2} ?(d|days?))$',
} as const;

const state = {
  type: 'object',
  properties: {
    subject: { type: 'string', examples: ['Lunch'] },
    status: { type: 'string', enum: ['waiting', 'approved', 'rejected', 'expired', 'cancelled'] },
    reminders: { type: 'integer', minimum: 0, description: 'Number of reminders sent.' },
    decidedBy: { type: 'string' },
    comment: { type: 'string' },
  },
  required: ['subject', 'status', 'reminders'],
  additionalProperties: false,
} as const;

/** Waits for a person's decision, with reminders and a deadline. */
export const approval = defineWorkflow({
  name: 'approval',
  summary: 'Waits for a decision, sends reminders and expires at its deadline',
  input: {
    type: 'object',
    properties: {
      subject: {
        type: 'string',
        minLength: 1,
        maxLength: 500,
        description: 'Subject of the decision.',
        examples: ['Lunch'],
      },
      deadline: { ...duration, description: 'Time to wait for a decision.', examples: ['7 days'] },
      remindEvery: {
        ...duration,
        description: 'Time between reminders. Sends no reminders if absent.',
        examples: ['1 day'],
      },
    },
    required: ['subject', 'deadline'],
    additionalProperties: false,
  },
  output: state,
  executionTimeout: '1100 days',
  queries: { state: { summary: 'Returns the state of the approval', output: state } },
  updates: {
    decide: {
      summary: 'Approves or rejects; fails if there is already a decision',
      input: {
        type: 'object',
        properties: {
          decision: { type: 'string', enum: ['approved', 'rejected'] },
          decidedBy: { type: 'string', minLength: 1, maxLength: 200, examples: ['Ada'] },
          comment: { type: 'string', maxLength: 2000, examples: ['Fine with me'] },
        },
        required: ['decision', 'decidedBy'],
        additionalProperties: false,
      },
      output: state,
    },
  },
});

export type ApprovalState = Output<typeof approval>;
export type Decide = Input<(typeof approval)['updates']['decide']>;
