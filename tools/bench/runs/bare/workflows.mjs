// The workflows of the bare worker, as in the first pages of Temporal's documentation.
import { proxyActivities } from '@temporalio/workflow';

/** @typedef {{ composeGreeting(input: { name: string }): Promise<string> }} Activities */
/** @type {Activities} */
const { composeGreeting } = proxyActivities({ startToCloseTimeout: '10 seconds' });

/** @param {{ count: number }} input */
export async function steps({ count }) {
  for (let step = 1; step <= count; step += 1) await composeGreeting({ name: `Ada ${step}` });
  return { count };
}
