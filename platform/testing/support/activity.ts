import type { Info } from '@temporalio/activity';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';

/**
 * Gives an activity a context for `run(activity, input)`; `cancel()` cancels it. Does not print the failures that tests provoke.
 * @param info - such as `{ attempt: 2 }`
 */
export const createActivityEnvironment = (info: Partial<Info> = {}): MockActivityEnvironment =>
  new MockActivityEnvironment(info, { logger: new DefaultLogger('ERROR') });
