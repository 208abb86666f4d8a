import { defineWorkflow, type Input, type Output } from '../../platform/workflows/define.js';

const duration = {
  type: 'string',
  // At most 999 days, so that there is time left within the execution timeout to record how it ended.
  pattern:
    '^([1-9][0-9]{0,4} ?(ms|s|m|milliseconds?|seconds?|minutes?)|[1-9][0-9]{0,3} ?(h|hours?)|[1-9][0-9]{0,2} ?(d|days?))$',
} as const;

const state = {
  type: 'object',
  properties: {
    subject: { type: 'string', examples: ['Lunch'] },
    status: { type: 'string', enum: ['waiting', 'approved', 'rejected', 'expired', 'cancelled'] },
    reminders: { type: 'integer', minimum: 0, description: 'Reminders sent so far' },
    decidedBy: { type: 'string' },
    comment: { type: 'string' },
  },
  required: ['subject', 'status', 'reminders'],
  additionalProperties: false,
} as const;

/** Waits for a person: reminders while it waits, an end when nobody answers. */
export const approval = defineWorkflow({
  name: 'approval',
  summary: 'Waits for an approval or a rejection, sends reminders meanwhile, and expires at its deadline',
  input: {
    type: 'object',
    properties: {
      subject: {
        type: 'string',
        minLength: 1,
        maxLength: 500,
        description: 'What is to be decided',
        examples: ['Lunch'],
      },
      deadline: { ...duration, description: 'How long a decision is waited for', examples: ['7 days'] },
      remindEvery: {
        ...duration,
        description: 'Time between reminders; none are sent when it is absent',
        examples: ['1 day'],
      },
    },
    required: ['subject', 'deadline'],
    additionalProperties: false,
  },
  output: state,
  executionTimeout: '1100 days',
  queries: { state: { summary: 'Where the approval stands', output: state } },
  updates: {
    decide: {
      summary: 'Approves or rejects; refused when it has been decided',
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
