import { getWorkflow, listWorkflows } from '../routes/catalogue.js';
import { streamRun } from '../routes/events.js';
import { queryRun, signalRun, updateRun } from '../routes/messages.js';
import { cancelRun, getRun, getRunHistory, listRuns, terminateRun } from '../routes/runs.js';
import { executeRun, startRun } from '../routes/start.js';
import type { Operation } from './operation.js';
import { contractDocument, healthReport, liveness, readiness } from './service-operations.js';

/** All operations, in the order of the API reference. */
export const operations: readonly Operation[] = [
  ...[listWorkflows, getWorkflow, startRun, executeRun],
  ...[listRuns, getRun, getRunHistory, streamRun, cancelRun, terminateRun],
  ...[signalRun, queryRun, updateRun],
  ...[liveness, readiness, healthReport, contractDocument],
];
