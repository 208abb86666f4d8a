import { Worker } from '@temporalio/worker';
import './runtime.js';
import { serverVariable } from './servers.js';

/**
 * Replays a history of a workflow of the product on the current code.
 * @throws {DeterminismViolationError} the code does something else than the history records
 */
export const replayHistory = (history: unknown, workflowId?: string): Promise<void> =>
  Worker.runReplayHistory(
    {
      workflowBundle: { codePath: serverVariable('TEST_PRODUCT_BUNDLE') },
      // The interceptor calls it; a missing sink would be logged as an error.
      sinks: { closings: { note: { fn: () => undefined } } },
    },
    history,
    workflowId,
  );
