import { Worker } from '@temporalio/worker';
import './runtime.js';
import { serverVariable } from './servers.js';

const ignore = { fn: () => undefined };

/**
 * Replays a history of a workflow of the product on the current code.
 * @throws {DeterminismViolationError} the code does something else than the history records
 */
export const replayHistory = (history: unknown, workflowId?: string): Promise<void> =>
  Worker.runReplayHistory(
    {
      workflowBundle: { codePath: serverVariable('TEST_PRODUCT_BUNDLE') },
      // The interceptors call them; a missing sink would be logged as an error.
      sinks: {
        closings: { note: ignore },
        failings: { begun: ignore, runFails: ignore, taskFails: ignore },
      },
    },
    history,
    workflowId,
  );
