import { type ApprovalDecision, createDecisionsRepository, decisions as kinds } from '../../database/decisions.js';
import { defineRoute, runIdParameter } from '../../platform/api/product-route.js';
import type { approval as definition } from '../../workflows/approval/definition.js';
import { NotAnApproval } from '../problems.js';

const approval: (typeof definition)['name'] = 'approval';

const textOrNull = { type: ['string', 'null'] } as const;

const decisionSchema = {
  type: 'object',
  properties: {
    step: { type: 'string', description: 'Identifies the decision within the approval.', examples: ['decision'] },
    decision: { type: 'string', enum: kinds },
    decidedBy: { ...textOrNull, description: '`null` if no person decided.', examples: ['Ada'] },
    comment: { ...textOrNull, examples: ['Fine with me'] },
    decidedAt: { type: 'string', format: 'date-time' },
  },
  required: ['step', 'decision', 'decidedBy', 'comment', 'decidedAt'],
} as const;

/** `GET /v1/approvals/{id}/decisions`: what the activities recorded, read from the database instead of Temporal. */
export const listApprovalDecisions = defineRoute({
  id: 'listApprovalDecisions',
  method: 'get',
  path: '/v1/approvals/{id}/decisions',
  summary: 'List the decisions of an approval',
  details: 'Returns the recorded decisions, oldest first; none while the approval waits. The id is the one of its run.',
  tag: { name: 'approvals', description: 'Recorded decisions of approvals.' },
  scope: 'runs:read',
  params: { id: runIdParameter },
  answers: {
    200: {
      description: 'The decisions.',
      schema: {
        type: 'object',
        properties: { decisions: { type: 'array', items: decisionSchema } },
        required: ['decisions'],
      },
    },
  },
  problems: ['run-not-found', 'not-an-approval'],
  handler: ({ sequelize, runs }) => {
    const decisions = createDecisionsRepository(sequelize);
    return async ({ caller, params: { id } }) => {
      const { workflow } = await runs.get(caller, id);
      if (workflow !== approval) throw new NotAnApproval(id, workflow);
      return { status: 200, body: { decisions: (await decisions.list(id)).map(toResource) } };
    };
  },
});

const toResource = ({ step, decision, decidedBy, comment, decidedAt }: ApprovalDecision) => ({
  step,
  decision,
  decidedBy,
  comment,
  decidedAt: decidedAt.toISOString(),
});
