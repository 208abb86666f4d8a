import type { Activities } from '../../activities/index.js';
import { approval } from '../../workflows/approval/definition.js';
import { greet } from '../../workflows/greet/definition.js';
import type { Way } from './way.js';

const decide =
  (decision: string): NonNullable<Way['meanwhile']> =>
  (workflowId, engine) =>
    engine.update(workflowId, 'decide', { decision, decidedBy: 'ada' });
const waiting = { subject: 'a holiday', deadline: '1 hour', remindEvery: '1 minute' };

export const exampleWays: Readonly<Record<string, Way>> = {
  'greet-completed': { definition: greet, input: { name: 'Ada' } },
  'approval-approved': { definition: approval, input: waiting, meanwhile: decide('approved') },
  'approval-rejected': { definition: approval, input: waiting, meanwhile: decide('rejected') },
  'approval-expired-after-a-reminder': {
    definition: approval,
    input: { ...waiting, deadline: '1500 ms', remindEvery: '1 s' },
  },
  'approval-cancelled': {
    definition: approval,
    input: waiting,
    meanwhile: async (workflowId, engine) => {
      await engine.query(workflowId, 'state');
      await engine.cancel(workflowId);
    },
  },
};

export const exampleActivities: Partial<Activities> = {
  composeGreeting: async ({ name }) => `Good morning, ${name}!`,
  recordDecision: async () => {},
  sendReminder: async () => {},
};
