import type { AuditLog } from './audit.js';
import type { Dispatcher } from './dispatcher.js';
import type { RunsRepository } from './run.js';
import type { RunLookup } from './run-lookup.js';
import type { Settlement } from './settle.js';
import type { Validation } from './validation.js';
import type { WorkflowEngine } from './workflow-engine.js';

/** Parts that the operations on runs share. */
export interface RunContext {
  readonly repository: RunsRepository;
  readonly engine: WorkflowEngine;
  readonly audit: AuditLog;
  readonly settlement: Settlement;
  readonly dispatcher: Dispatcher;
  readonly validation: Validation;
  readonly lookup: RunLookup;
  /** Runs that may wait for their start. */
  readonly backlogLimit: number;
}
