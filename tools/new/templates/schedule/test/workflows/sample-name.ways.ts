import type { Activities } from '../../../../../../activities/index.js';
import { defineWays } from '../../../../../../platform/testing/support/ways.js';
import { sampleName } from '../../workflows/sample-name/definition.js';

/** The activities that the workflow calls, without effects. */
const activities: Partial<Activities> = {};

export const ways = defineWays(sampleName, { completed: { input: {} } }, activities);
