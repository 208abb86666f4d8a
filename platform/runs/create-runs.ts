import type { WorkflowDefinition } from '../workflows/define.js';
import type { AuditLog } from './audit.js';
import type { Dispatcher } from './dispatcher.js';
import type { RunsRepository } from './run.js';
import { createRunEnds } from './run-ends.js';
import { createRunLookup } from './run-lookup.js';
import { createRunMessages } from './run-messages.js';
import { createRunReads } from './run-reads.js';
import { createRunStarts } from './run-starts.js';
import type { Runs } from './runs.js';
import type { Settlement } from './settle.js';
import { createValidation } from './validation.js';
import type { WorkflowEngine } from './workflow-engine.js';

export interface RunsDeps {
  readonly repository: RunsRepository;
  readonly engine: WorkflowEngine;
  readonly audit: AuditLog;
  readonly settlement: Settlement;
  readonly dispatcher: Omit<Dispatcher, 'run'>;
  readonly catalogue: ReadonlyMap<string, WorkflowDefinition>;
  /** Runs that may wait for their start. */
  readonly backlogLimit: number;
}

/**
 * Runs in PostgreSQL and Temporal. One commit accepts a run; the dispatcher starts it. The first to see the outcome records it: the
 * worker, a caller that waits for it, or the reconciler.
 */
export function createRuns(deps: RunsDeps): Runs {
  const parts = { ...deps, validation: createValidation(deps.catalogue), lookup: createRunLookup(deps) };
  return {
    ...createRunStarts(parts),
    ...createRunReads(parts),
    ...createRunEnds(parts),
    ...createRunMessages(parts),
  };
}
