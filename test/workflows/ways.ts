import { exampleActivities, exampleWays } from './example-ways.js';
import type { Way } from './way.js';

/** The ways through the product's workflows, by the name of the recording. The name begins with the name of the workflow. */
export const ways: Readonly<Record<string, Way>> = { ...exampleWays };

/** The activities that the recorded workflows run. */
export const activities: object = { ...exampleActivities };
