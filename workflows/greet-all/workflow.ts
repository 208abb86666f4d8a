import { continueAsNew, patched } from '@temporalio/workflow';
import { runChild } from '../../platform/workflows/child.js';
import type { Input, WorkflowOf } from '../../platform/workflows/define.js';
import { greet } from '../greet/definition.js';
import type { greetAll as definition } from './definition.js';

/** An execution that continues the run gets the number of people greeted before. It is no input, so callers cannot set it. */
type Continued = (input: Input<typeof definition>, greetedBefore: number) => Promise<never>;

export const greetAll: WorkflowOf<typeof definition> = async ({ names, batchSize = 20 }, greetedBefore?: number) => {
  const before = greetedBefore ?? 0;
  // Executions that began when a repeated name was greeted again must replay that.
  const people = patched('greet-once') ? [...new Set(names)] : names;
  const batch = people.slice(0, batchSize);
  const rest = people.slice(batchSize);
  await Promise.all(batch.map((name, index) => runChild(greet, `greet-${before + index + 1}`, { name })));

  const greeted = before + batch.length;
  if (rest.length === 0) return { greeted };
  // Temporal ends an execution whose history is too long. The run stays the same.
  return continueAsNew<Continued>({ names: rest, batchSize }, greeted);
};
