import type { Activities } from '../../activities/index.js';
import { defineWays } from '../../platform/testing/support/ways.js';
import { greet } from '../../workflows/greet/definition.js';

const activities: Partial<Activities> = {
  composeGreeting: async ({ name }) => `Good morning, ${name}!`,
};

export const ways = defineWays(greet, { completed: { input: { name: 'Ada' } } }, activities);
