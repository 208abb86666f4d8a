import type { Activities } from '../../activities/index.js';
import { defineWays, type Way } from '../../platform/testing/support/ways.js';
import { approval } from '../../workflows/approval/definition.js';

const activities: Partial<Activities> = {
  recordDecision: async () => {},
  sendReminder: async () => {},
};

const waiting = { subject: 'a holiday', deadline: '1 hour', remindEvery: '1 minute' };
const decide =
  (decision: string): NonNullable<Way['meanwhile']> =>
  (workflowId, engine) =>
    engine.update(workflowId, 'decide', { decision, decidedBy: 'ada' });

export const ways = defineWays(
  approval,
  {
    approved: { input: waiting, meanwhile: decide('approved') },
    rejected: { input: waiting, meanwhile: decide('rejected') },
    'expired-after-a-reminder': { input: { ...waiting, deadline: '1500 ms', remindEvery: '1 s' } },
    cancelled: {
      input: waiting,
      meanwhile: async (workflowId, engine) => {
        await engine.query(workflowId, 'state');
        await engine.cancel(workflowId);
      },
    },
  },
  activities,
);
