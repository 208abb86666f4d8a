import type { Activities } from '../../activities/index.js';
import { defineWays } from '../../platform/testing/support/ways.js';
import { greetAll } from '../../workflows/greet-all/definition.js';

const activities: Partial<Activities> = {
  composeGreeting: async ({ name }) => `Good morning, ${name}!`,
};

// greet-all-twice.json has the input of `once`. It was recorded on the code before `patched('greet-once')`.
export const ways = defineWays(
  greetAll,
  {
    once: { input: { names: ['Ada', 'Grace', 'Grace'] } },
    continued: { input: { names: ['Ada', 'Grace', 'Alan'], batchSize: 2 } },
  },
  activities,
);
